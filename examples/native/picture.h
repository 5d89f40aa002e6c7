#ifndef PICTURE_H
#define PICTURE_H

/* A picture that a task draws. It is the first member of the struct, where JavaScript reads its words. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { SIDE_MAX = 4096 };

struct picture {
  uint32_t width, height;
  uint32_t done, total; /* progress, in any unit */
  uint8_t *pixels;      /* RGBA, from the top left */
};

/* Returns false if a side is 0 or above SIDE_MAX, or without memory. */
static inline bool picture_create(struct picture *self, uint32_t width, uint32_t height) {
  *self = (struct picture){.width = width, .height = height};
  if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX) return false;
  self->pixels = malloc((size_t)width * height * 4);
  if (self->pixels == NULL) return false;
  for (uint32_t i = 0; i < width * height * 4; i++) self->pixels[i] = i % 4 == 3 ? 255 : 24; /* dark grey */
  return true;
}

static inline uint8_t byte_of(double part) { return (uint8_t)(part <= 0 ? 0 : part >= 1 ? 255 : part * 255 + 0.5); }

static inline void picture_set(struct picture *self, uint32_t index, double red, double green, double blue) {
  uint8_t *pixel = self->pixels + (size_t)index * 4;
  pixel[0] = byte_of(red);
  pixel[1] = byte_of(green);
  pixel[2] = byte_of(blue);
  pixel[3] = 255;
}

#endif
