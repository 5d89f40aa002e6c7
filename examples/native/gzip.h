#ifndef GZIP_H
#define GZIP_H

#include <cooperator/iterator.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

struct gzip {
  /* What a program in another language reads and writes through the memory, in words of its pointers. */
  uint8_t *input; /* `length` bytes, to be filled before the first turn */
  size_t length;
  size_t done;     /* so many of them are read */
  uint8_t *output; /* the file that gunzip understands */
  size_t written;  /* so many bytes of that are there */

  COOP_ITERATOR;
  size_t capacity;
  z_stream stream;
};

/* NULL if there is no memory for that much input. */
struct gzip *gzip_create(size_t length);
void gzip_destroy(struct gzip *self);

/* The step of a task in C, whose state is a struct gzip. */
coop_turn gzip_next(coop_task *task, void *state);

/* The same as a native step, which another WebAssembly module or JavaScript calls with the struct's address. */
coop_turn gzip_step(struct gzip *self);

/* All of it at once; false if zlib says that it cannot. */
bool gzip_in_one_piece(struct gzip *self);

#endif
