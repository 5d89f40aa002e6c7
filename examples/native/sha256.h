#ifndef SHA256_H
#define SHA256_H

#include <cooperator/iterator.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

struct sha256 {
  /* What a program in another language reads and writes through the memory, in words of its pointers. */
  uint8_t *data;               /* has room for as many bytes as sha256_create was told */
  size_t length;               /* so many of them are the piece that was fed last */
  size_t done;                 /* so many of these are hashed */
  uint8_t digest[SHA256_SIZE]; /* of all pieces so far, when a turn has said COOP_DONE */

  COOP_ITERATOR;
  uint32_t hash[8];
  uint64_t total; /* the length of all pieces so far */
};

/* NULL if there is no memory for pieces of up to `room` bytes. */
struct sha256 *sha256_create(size_t room);
void sha256_destroy(struct sha256 *self);

/*
 * `length` bytes have been written to `data`: the turns that come hash them. After COOP_DONE another piece may follow,
 * if this one consists of whole blocks of 64 bytes. What has no bytes is one piece of length 0.
 */
void sha256_feed(struct sha256 *self, size_t length);

/* The step of a task in C, whose state is a struct sha256. */
coop_turn sha256_next(coop_task *task, void *state);

/* The same as a native step, which another WebAssembly module or JavaScript calls with the struct's address. */
coop_turn sha256_step(struct sha256 *self);

/* All of it at once. */
void sha256_in_one_piece(const uint8_t *data, size_t length, uint8_t digest[SHA256_SIZE]);

#endif
