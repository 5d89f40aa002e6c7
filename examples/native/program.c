#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void loop_open(struct loop *loop) {
  coop_stdhost_init(&loop->host);
  const coop_status status = coop_cooperator_create(&loop->host.hooks, NULL, &loop->cooperator);
  if (status != COOP_OK) fail("cooperator", coop_status_message(status));
}

coop_task *loop_add(struct loop *loop, coop_step_fn step, void *state) {
  coop_task *task = NULL;
  const coop_status status = coop_cooperate(loop->cooperator, (coop_iterator){.step = step, .state = state}, &task);
  if (status != COOP_OK) fail("task", coop_status_message(status));
  return task;
}

void loop_run(struct loop *loop) {
  while (coop_stdhost_run_once(&loop->host)) { /* other work of the program goes here, between slices */
  }
}

void loop_close(struct loop *loop) {
  coop_cooperator_destroy(loop->cooperator);
  coop_stdhost_destroy(&loop->host);
}

void fail(const char *subject, const char *message) {
  fprintf(stderr, "%s: %s\n", subject, message);
  exit(EXIT_FAILURE);
}

FILE *open_to_read(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) fail(path, strerror(errno));
  const long end = ftell(file);
  if (end < 0 || fseek(file, 0, SEEK_SET) != 0) fail(path, strerror(errno));
  *length = (size_t)end;
  return file;
}

void read_all(FILE *file, const char *path, uint8_t *to, size_t length) {
  if (fread(to, 1, length, file) != length) fail(path, "cannot read the whole file");
  (void)fclose(file);
}

void write_all(const char *path, const char *head, const uint8_t *from, size_t length) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) fail(path, strerror(errno));
  const int written = fputs(head, file) >= 0 && fwrite(from, 1, length, file) == length;
  if (fclose(file) != 0 || !written) fail(path, "cannot write the whole file");
}
