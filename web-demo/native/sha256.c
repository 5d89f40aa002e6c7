/* SHA-256 (FIPS 180-4) of data that comes in pieces: `sha256_step` hashes a part of the piece that was fed last. */
#include "step.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, PIECE = 1 << 20, BLOCKS_PER_TURN = 512 };

typedef struct sha256 {
  /* The page reads and writes these. */
  uint8_t *piece;
  uint32_t length, done; /* of the piece, and of that what is hashed, in bytes */
  uint8_t digest[32];

  uint32_t state[8];
  uint64_t total;
} sha256;

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, int by) { return word >> by | word << (32 - by); }

static void hash_block(sha256 *self, const uint8_t *block)
{
  uint32_t schedule[64], v[8];
  for (int i = 0; i < 16; i++, block += 4)
    schedule[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = schedule[i - 15], b = schedule[i - 2];
    schedule[i] = schedule[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + schedule[i - 7]
      + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  memcpy(v, self->state, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]), majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    uint32_t high = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t low = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t first = v[7] + high + choice + constants[i] + schedule[i], second = low + majority;
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += first;
    v[0] = first + second;
  }
  for (int i = 0; i < 8; i++) self->state[i] += v[i];
}

/* Hashes whole blocks of the piece; what is left of the last piece, `sha256_finish` does. */
int32_t sha256_step(sha256 *self)
{
  for (int i = 0; i < BLOCKS_PER_TURN && self->length - self->done >= BLOCK; i++) {
    hash_block(self, self->piece + self->done);
    self->done += BLOCK;
  }
  return self->length - self->done >= BLOCK ? STEP_MORE : STEP_DONE;
}

/* A piece has been written to `piece`: of PIECE bytes, or, the last one, of fewer. */
void sha256_feed(sha256 *self, uint32_t length)
{
  self->length = length > PIECE ? PIECE : length;
  self->done = 0;
  self->total += self->length;
}

uint32_t sha256_piece_size(void) { return PIECE; }

/* After the last step of the last piece. */
void sha256_finish(sha256 *self)
{
  uint8_t end[2 * BLOCK] = { 0 };
  uint32_t rest = self->length - self->done;
  uint32_t size = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
  memcpy(end, self->piece + self->done, rest);
  end[rest] = 0x80;
  for (uint32_t i = 0; i < 8; i++) end[size - 1 - i] = (uint8_t)(self->total * 8 >> 8 * i);
  for (uint32_t at = 0; at < size; at += BLOCK) hash_block(self, end + at);
  for (uint32_t i = 0; i < 32; i++) self->digest[i] = (uint8_t)(self->state[i / 4] >> (24 - i % 4 * 8));
}

void sha256_destroy(sha256 *self)
{
  if (self == NULL) return;
  free(self->piece);
  free(self);
}

/* NULL when memory does not suffice. */
sha256 *sha256_create(void)
{
  static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
  sha256 *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  memcpy(self->state, start, sizeof start);
  self->piece = malloc(PIECE);
  if (self->piece != NULL) return self;
  sha256_destroy(self);
  return NULL;
}
