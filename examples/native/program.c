#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *allocate(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context, (void)size;
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  ((struct loop *)context)->pending = cooperator;
  return COOP_OK;
}

void loop_open(struct loop *loop) {
  *loop = (struct loop){.host = {loop, .allocate = allocate, .free = free_block, .now_ms = now_ms, .schedule = schedule}};
  const coop_status status = coop_cooperator_create(&loop->host, NULL, &loop->cooperator);
  if (status != COOP_OK) give_up("cooperator", coop_status_message(status));
}

coop_task *loop_add(struct loop *loop, coop_step_fn step, void *state) {
  coop_task *task = NULL;
  const coop_status status = coop_cooperate(loop->cooperator, (coop_iterator){.step = step, .state = state}, &task);
  if (status != COOP_OK) give_up("task", coop_status_message(status));
  return task;
}

void loop_run(struct loop *loop) {
  for (coop_cooperator *next; (next = loop->pending) != NULL; coop_cooperator_run_slice(next))
    loop->pending = NULL; /* here a program's other work would have its turn */
}

void loop_close(struct loop *loop) { coop_cooperator_destroy(loop->cooperator); }

void give_up(const char *about, const char *why) {
  fprintf(stderr, "%s: %s\n", about, why);
  exit(EXIT_FAILURE);
}

FILE *open_to_read(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) give_up(path, strerror(errno));
  const long end = ftell(file);
  if (end < 0 || fseek(file, 0, SEEK_SET) != 0) give_up(path, strerror(errno));
  *length = (size_t)end;
  return file;
}

void read_all(FILE *file, const char *path, uint8_t *to, size_t length) {
  if (fread(to, 1, length, file) != length) give_up(path, "cannot be read to its end");
  (void)fclose(file);
}

void write_all(const char *path, const char *head, const uint8_t *from, size_t length) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) give_up(path, strerror(errno));
  const int written = fputs(head, file) >= 0 && fwrite(from, 1, length, file) == length;
  if (fclose(file) != 0 || !written) give_up(path, "cannot be written");
}
