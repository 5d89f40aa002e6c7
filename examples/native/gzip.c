/* Compression with zlib, 16 KB per turn. Does not link the library: the macros of iterator.h need only the header. */

#include "gzip.h"

#include <limits.h>
#include <stdlib.h>

enum { INPUT_PER_TURN = 16 * 1024, GZIP_FORMAT = 16 /* added to the window bits */ };

static uInt at_most(size_t most, size_t value) { return (uInt)(value < most ? value : most); }

/* Passes up to `most` bytes to zlib. Returns Z_STREAM_END when everything is in the output, Z_OK before that. */
static int compress_some(struct gzip *self, size_t most) {
  z_stream *stream = &self->stream;
  const uInt given = at_most(most, self->length - self->done);
  const uInt room = at_most(UINT_MAX, self->capacity - self->written);
  stream->next_in = self->input + self->done;
  stream->avail_in = given;
  stream->next_out = self->output + self->written;
  stream->avail_out = room;
  const int status = deflate(stream, given == self->length - self->done ? Z_FINISH : Z_NO_FLUSH);
  self->done += given - stream->avail_in;
  self->written += room - stream->avail_out;
  return status;
}

coop_turn gzip_next(coop_task *task, void *state) {
  struct gzip *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (;;) {
    {
      const int status = compress_some(self, INPUT_PER_TURN);
      if (status == Z_STREAM_END) break;
      if (status != Z_OK) return COOP_FAILED;
    }
    COOP_YIELD(self);
  }
  COOP_END(self);
}

coop_turn gzip_step(struct gzip *self) { return gzip_next(NULL, self); }

bool gzip_in_one_piece(struct gzip *self) {
  int status;
  do status = compress_some(self, UINT_MAX);
  while (status == Z_OK);
  return status == Z_STREAM_END;
}

struct gzip *gzip_create(size_t length) {
  struct gzip *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (deflateInit2(&self->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP_FORMAT, MAX_MEM_LEVEL - 1,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    free(self);
    return NULL;
  }
  self->length = length;
  self->capacity = deflateBound(&self->stream, (uLong)length);
  self->input = malloc(length == 0 ? 1 : length);
  self->output = malloc(self->capacity);
  if (self->input != NULL && self->output != NULL) return self;
  gzip_destroy(self);
  return NULL;
}

void gzip_destroy(struct gzip *self) {
  if (self == NULL) return;
  (void)deflateEnd(&self->stream);
  free(self->input);
  free(self->output);
  free(self);
}
