#ifndef GZIP_H
#define GZIP_H

#include <cooperator/iterator.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

struct gzip {
  /* Programs in other languages read and write these through the memory, as words. */
  uint8_t *input; /* `length` bytes; fill them before the first turn */
  size_t length;
  size_t done;     /* how many bytes of the input are read */
  uint8_t *output; /* in gzip format */
  size_t written;  /* how many bytes the output has */

  COOP_ITERATOR;
  size_t capacity;
  z_stream stream;
};

/* Returns NULL without memory. */
struct gzip *gzip_create(size_t length);
void gzip_destroy(struct gzip *self);

/* A step for tasks in C. Its state is a struct gzip. */
coop_turn gzip_next(coop_task *task, void *state);

/* The same as a native step, for JavaScript and other WebAssembly modules. */
coop_turn gzip_step(struct gzip *self);

/* Compresses everything at once. Returns false if zlib fails. */
bool gzip_in_one_piece(struct gzip *self);

#endif
