#ifndef SHA256_H
#define SHA256_H

#include <cooperator/iterator.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

struct sha256 {
  /* What a program in another language reads and writes through the memory, in words of its pointers. */
  uint8_t *data; /* `length` bytes, to be filled before the first turn */
  size_t length;
  size_t done;   /* so many of them are hashed */
  uint8_t digest[SHA256_SIZE]; /* when the last turn has said COOP_DONE */

  COOP_ITERATOR;
  uint32_t hash[8];
};

/* NULL if there is no memory for that much data. */
struct sha256 *sha256_create(size_t length);
void sha256_destroy(struct sha256 *self);

/* The step of a task in C, whose state is a struct sha256. */
coop_turn sha256_next(coop_task *task, void *state);

/* The same as a native step, which another WebAssembly module or JavaScript calls with the struct's address. */
coop_turn sha256_step(struct sha256 *self);

/* All of it at once. */
void sha256_in_one_piece(const uint8_t *data, size_t length, uint8_t digest[SHA256_SIZE]);

#endif
