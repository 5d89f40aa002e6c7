#ifndef SHA256_H
#define SHA256_H

#include <cooperator/iterator.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

struct sha256 {
  /* Programs in other languages read and write these through the memory, as words. */
  uint8_t *data;               /* `room` bytes, see sha256_create */
  size_t length;               /* of the piece that was fed last */
  size_t done;                 /* how many bytes of it are hashed */
  uint8_t digest[SHA256_SIZE]; /* of all pieces so far, after COOP_DONE */

  COOP_ITERATOR;
  uint32_t hash[8];
  uint64_t total; /* length of all pieces so far */
};

/* For pieces of up to `room` bytes. Returns NULL without memory. */
struct sha256 *sha256_create(size_t room);
void sha256_destroy(struct sha256 *self);

/*
 * Hashes the first `length` bytes of `data` in the next turns. After COOP_DONE another piece may follow if this one has
 * a multiple of 64 bytes. Empty data is one piece of length 0.
 */
void sha256_feed(struct sha256 *self, size_t length);

/* A step for tasks in C. Its state is a struct sha256. */
coop_turn sha256_next(coop_task *task, void *state);

/* The same as a native step, for JavaScript and other WebAssembly modules. */
coop_turn sha256_step(struct sha256 *self);

/* Hashes everything at once. */
void sha256_in_one_piece(const uint8_t *data, size_t length, uint8_t digest[SHA256_SIZE]);

#endif
