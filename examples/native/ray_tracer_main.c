/* ray_tracer PICTURE.ppm [WIDTH HEIGHT]: draws it in turns, and compares that with the picture drawn in one piece. */

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "ray_tracer.h"

static uint32_t to_side(const char *text) {
  char *end;
  const unsigned long side = strtoul(text, &end, 10);
  return *end == '\0' && side <= UINT32_MAX ? (uint32_t)side : 0;
}

int main(int count, char **arguments) {
  if (count != 2 && count != 4) give_up("ray_tracer", "give it the file to write, and perhaps a width and a height");
  const uint32_t width = count == 4 ? to_side(arguments[2]) : 640, height = count == 4 ? to_side(arguments[3]) : 360;
  struct ray_tracer *in_turns = ray_tracer_create(width, height), *in_one_piece = ray_tracer_create(width, height);
  if (in_turns == NULL || in_one_piece == NULL) give_up("ray_tracer", "there is no picture of that width and height");

  struct loop loop;
  loop_open(&loop);
  coop_task *task = loop_add(&loop, ray_tracer_next, in_turns);
  loop_run(&loop);
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  coop_task_release(task);
  loop_close(&loop);

  const size_t pixels = (size_t)width * height;
  ray_tracer_in_one_piece(in_one_piece);
  if (in_turns->pixels_done != pixels || memcmp(in_one_piece->pixels, in_turns->pixels, pixels * 4) != 0)
    give_up("ray_tracer", "in one piece the picture is another");
  /* a portable pixmap has no transparency: three bytes a pixel */
  for (size_t i = 0; i < pixels; i++) memmove(in_turns->pixels + i * 3, in_turns->pixels + i * 4, 3);
  char head[64];
  (void)snprintf(head, sizeof head, "P6\n%u %u\n255\n", (unsigned)width, (unsigned)height);
  write_all(arguments[1], head, in_turns->pixels, pixels * 3);
  printf("%zu pixels in %llu turns\n", pixels, (unsigned long long)stats.turns);
  ray_tracer_destroy(in_turns);
  ray_tracer_destroy(in_one_piece);
}
