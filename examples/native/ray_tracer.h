#ifndef RAY_TRACER_H
#define RAY_TRACER_H

#include <cooperator/iterator.h>
#include <stdint.h>

#include "picture.h"

struct vector {
  double x, y, z;
};

struct ray_tracer {
  struct picture picture; /* what a program in another language reads through the memory; its work is counted in rays */

  COOP_ITERATOR;
  struct vector *sums; /* of the colours of all rays so far, for each pixel */
  struct vector eye, right, up, forward;
  uint32_t passes, pass, next, random, turn_ends_at;
};

/*
 * With so many passes, one ray for each pixel in each; seen from `distance` away and `angle` radians around. NULL if a
 * side is 0 or above 4096, there are more rays than fit into 32 bits or none, or there is no memory for the picture.
 */
struct ray_tracer *ray_tracer_create(uint32_t width, uint32_t height, uint32_t passes, double angle, double distance);
void ray_tracer_destroy(struct ray_tracer *self);

/* The step of a task in C, whose state is a struct ray_tracer. */
coop_turn ray_tracer_next(coop_task *task, void *state);

/* The same as a native step, which another WebAssembly module or JavaScript calls with the struct's address. */
coop_turn ray_tracer_step(struct ray_tracer *self);

/* The same picture, all of it at once. */
void ray_tracer_in_one_piece(struct ray_tracer *self);

#endif
