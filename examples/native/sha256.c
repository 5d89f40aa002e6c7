/* SHA-256 (FIPS 180-4), 16 KB per turn. Does not link the library: the macros of iterator.h need only the header. */

#include "sha256.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, BLOCKS_PER_TURN = 256 };

static const uint32_t initial_hash[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static uint32_t read_big_endian(const uint8_t *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void write_big_endian(uint8_t *to, uint32_t word) {
  for (int byte = 0; byte < 4; byte++) to[byte] = (uint8_t)(word >> (24 - 8 * byte));
}

static void add_block(uint32_t hash[8], const uint8_t *block) {
  uint32_t schedule[64];
  for (int i = 0; i < 16; i++) schedule[i] = read_big_endian(block + 4 * i);
  for (int i = 16; i < 64; i++) {
    const uint32_t near = schedule[i - 2], far = schedule[i - 15];
    schedule[i] = schedule[i - 16] + schedule[i - 7] + (rotate(far, 7) ^ rotate(far, 18) ^ far >> 3) +
                  (rotate(near, 17) ^ rotate(near, 19) ^ near >> 10);
  }
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int i = 0; i < 64; i++) {
    const uint32_t first =
        h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + round_constants[i] + schedule[i];
    const uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  const uint32_t mixed[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++) hash[i] += mixed[i];
}

static void add_blocks(uint32_t hash[8], const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += BLOCK) add_block(hash, data);
}

/*
 * Finishes a copy of the hash, so that more data can follow: adds the rest of the data, which is less than a block, a
 * one bit, zeros, and the length in bits.
 */
static void write_digest(const uint32_t hash[8], const uint8_t *left, uint64_t total, uint8_t digest[SHA256_SIZE]) {
  const size_t length = total % BLOCK;
  const size_t blocks = length + 1 + 8 > BLOCK ? 2 : 1;
  uint8_t end[2 * BLOCK] = {0};
  uint32_t last[8];
  memcpy(last, hash, sizeof last);
  memcpy(end, left, length);
  end[length] = 0x80;
  write_big_endian(end + blocks * BLOCK - 8, (uint32_t)(total >> 29));
  write_big_endian(end + blocks * BLOCK - 4, (uint32_t)(total << 3));
  add_blocks(last, end, blocks);
  for (int i = 0; i < 8; i++) write_big_endian(digest + 4 * i, last[i]);
}

coop_turn sha256_next(coop_task *task, void *state) {
  struct sha256 *self = state;
  (void)task;
  COOP_BEGIN(self);
  while (self->length - self->done >= BLOCK) {
    {
      size_t blocks = (self->length - self->done) / BLOCK;
      if (blocks > BLOCKS_PER_TURN) blocks = BLOCKS_PER_TURN;
      add_blocks(self->hash, self->data + self->done, blocks);
      self->done += blocks * BLOCK;
    }
    COOP_YIELD(self);
  }
  write_digest(self->hash, self->data + self->done, self->total, self->digest);
  self->done = self->length;
  COOP_END(self);
}

coop_turn sha256_step(struct sha256 *self) { return sha256_next(NULL, self); }

void sha256_in_one_piece(const uint8_t *data, size_t length, uint8_t digest[SHA256_SIZE]) {
  uint32_t hash[8];
  memcpy(hash, initial_hash, sizeof initial_hash);
  add_blocks(hash, data, length / BLOCK);
  write_digest(hash, data + length - length % BLOCK, length, digest);
}

struct sha256 *sha256_create(size_t room) {
  struct sha256 *self = malloc(sizeof *self);
  uint8_t *data = malloc(room == 0 ? 1 : room);
  if (self == NULL || data == NULL) {
    free(self);
    free(data);
    return NULL;
  }
  *self = (struct sha256){.data = data};
  memcpy(self->hash, initial_hash, sizeof initial_hash);
  return self;
}

void sha256_feed(struct sha256 *self, size_t length) {
  self->length = length;
  self->done = 0;
  self->total += length;
  self->coop_place = 0; /* the iterator starts again */
}

void sha256_destroy(struct sha256 *self) {
  if (self == NULL) return;
  free(self->data);
  free(self);
}
