#ifndef RAY_TRACER_H
#define RAY_TRACER_H

#include <cooperator/iterator.h>
#include <stdint.h>

#include "picture.h"

struct vector {
  double x, y, z;
};

struct ray_tracer {
  struct picture picture; /* its progress counts rays */

  COOP_ITERATOR;
  struct vector *sums; /* for each pixel, of the colours of its rays so far */
  struct vector eye, right, up, forward;
  uint32_t passes, pass, next, random, turn_ends_at;
};

/*
 * Each pass adds one ray to each pixel. The camera is `distance` away, turned by `angle` radians. Returns NULL if a
 * side is 0 or above 4096, if the number of rays is 0 or does not fit into 32 bits, or without memory.
 */
struct ray_tracer *ray_tracer_create(uint32_t width, uint32_t height, uint32_t passes, double angle, double distance);
void ray_tracer_destroy(struct ray_tracer *self);

/* A step for tasks in C. Its state is a struct ray_tracer. */
coop_turn ray_tracer_next(coop_task *task, void *state);

/* The same as a native step, for JavaScript and other WebAssembly modules. */
coop_turn ray_tracer_step(struct ray_tracer *self);

/* Draws everything at once. */
void ray_tracer_in_one_piece(struct ray_tracer *self);

#endif
