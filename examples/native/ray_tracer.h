#ifndef RAY_TRACER_H
#define RAY_TRACER_H

#include <cooperator/iterator.h>
#include <stdint.h>

struct ray_tracer {
  /* What a program in another language reads through the memory: three words and a pointer. */
  uint32_t width;
  uint32_t height;
  uint32_t pixels_done; /* so many have their own colour, of width * height */
  uint8_t *pixels;      /* RGBA, from the top left; one that is not done yet has a neighbour's colour */

  COOP_ITERATOR;
  uint32_t grain, x, y, turn_ends_at;
};

/* NULL if a side is 0 or above 16384, or there is no memory for the picture. */
struct ray_tracer *ray_tracer_create(uint32_t width, uint32_t height);
void ray_tracer_destroy(struct ray_tracer *self);

/* The step of a task in C, whose state is a struct ray_tracer. */
coop_turn ray_tracer_next(coop_task *task, void *state);

/* The same as a native step, which another WebAssembly module or JavaScript calls with the struct's address. */
coop_turn ray_tracer_step(struct ray_tracer *self);

/* The same picture, all of it at once, row by row. */
void ray_tracer_in_one_piece(struct ray_tracer *self);

#endif
