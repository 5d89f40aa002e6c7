/* ray_tracer PICTURE.ppm [WIDTH HEIGHT PASSES]: draws a picture in turns, and compares it with one in one piece. */

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "ray_tracer.h"

static uint32_t to_count(const char *text) {
  char *end;
  const unsigned long count = strtoul(text, &end, 10);
  return *end == '\0' && count <= UINT32_MAX ? (uint32_t)count : 0;
}

static struct ray_tracer *create(char **sizes) {
  struct ray_tracer *self = ray_tracer_create(to_count(sizes[0]), to_count(sizes[1]), to_count(sizes[2]), 0.4, 6.5);
  if (self == NULL) fail("ray_tracer", "WIDTH and HEIGHT must be 1 to 4096, PASSES at least 1");
  return self;
}

int main(int count, char **arguments) {
  if (count != 2 && count != 5) fail("ray_tracer", "usage: ray_tracer PICTURE.ppm [WIDTH HEIGHT PASSES]");
  char *usual[] = {"640", "360", "4"}, **sizes = count == 5 ? arguments + 2 : usual;
  struct ray_tracer *in_turns = create(sizes), *in_one_piece = create(sizes);

  struct loop loop;
  loop_open(&loop);
  coop_task *task = loop_add(&loop, ray_tracer_next, in_turns);
  loop_run(&loop);
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  coop_task_release(task);
  loop_close(&loop);

  ray_tracer_in_one_piece(in_one_piece);
  const struct picture *picture = &in_turns->picture;
  const size_t pixels = (size_t)picture->width * picture->height;
  if (picture->done != picture->total || memcmp(in_one_piece->picture.pixels, picture->pixels, pixels * 4) != 0)
    fail("ray_tracer", "the picture in one piece differs");
  /* A portable pixmap has three bytes per pixel, without transparency. */
  for (size_t i = 0; i < pixels; i++) memmove(picture->pixels + i * 3, picture->pixels + i * 4, 3);
  char head[64];
  (void)snprintf(head, sizeof head, "P6\n%u %u\n255\n", (unsigned)picture->width, (unsigned)picture->height);
  write_all(arguments[1], head, picture->pixels, pixels * 3);
  printf("%u rays in %llu turns\n", (unsigned)picture->total, (unsigned long long)stats.turns);
  ray_tracer_destroy(in_turns);
  ray_tracer_destroy(in_one_piece);
}
