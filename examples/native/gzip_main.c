/* gzip FILE FILE.gz: compresses a file in turns, and compares the result with a compression in one piece. */

#include <string.h>

#include "gzip.h"
#include "program.h"

int main(int count, char **arguments) {
  if (count != 3) fail("gzip", "usage: gzip FILE FILE.gz");
  size_t length;
  FILE *file = open_to_read(arguments[1], &length);
  struct gzip *in_turns = gzip_create(length), *in_one_piece = gzip_create(length);
  if (in_turns == NULL || in_one_piece == NULL) fail(arguments[1], "no memory for a file of this size");
  read_all(file, arguments[1], in_turns->input, length);
  memcpy(in_one_piece->input, in_turns->input, length);

  struct loop loop;
  loop_open(&loop);
  coop_task *task = loop_add(&loop, gzip_next, in_turns);
  loop_run(&loop);
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  if (coop_task_state(task) != COOP_STATE_DONE) fail(arguments[1], "zlib cannot compress it");
  coop_task_release(task);
  loop_close(&loop);

  write_all(arguments[2], "", in_turns->output, in_turns->written);
  if (!gzip_in_one_piece(in_one_piece) || in_one_piece->written != in_turns->written ||
      memcmp(in_one_piece->output, in_turns->output, in_turns->written) != 0)
    fail(arguments[1], "the compression in one piece differs");
  printf("%zu bytes to %zu in %llu turns\n", length, in_turns->written, (unsigned long long)stats.turns);
  gzip_destroy(in_turns);
  gzip_destroy(in_one_piece);
}
