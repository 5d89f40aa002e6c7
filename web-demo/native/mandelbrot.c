/* A section of the Mandelbrot set: first in coarse blocks, then finer, and finally with sixteen samples per pixel.
 *
 * `mandelbrot_step` is a native step: it does a small, bounded part of the work and returns whether there is more. It
 * depends neither on the cooperator nor on JavaScript. */
#include "picture.h"
#include "step.h"
#include <math.h>

enum {
  MAX_ITERATIONS = 5000,
  COARSEST = 16, /* width of a block in pixels */
  SAMPLES = 4,   /* per pixel and direction, in the last pass */
  /* A limit on iterations, not on pixels, makes turns equally long inside and outside the set. */
  ITERATIONS_PER_TURN = 60000
};

typedef struct mandelbrot {
  struct picture picture;
  double left, top, pixel_size;
  uint32_t block; /* width in pixels in this pass; 0 in the last pass */
  uint32_t x, y;
} mandelbrot;

typedef struct colour {
  double red, green, blue;
} colour;

static const colour palette[] = {
    {0.03, 0.05, 0.16}, {0.09, 0.30, 0.55}, {0.45, 0.79, 0.86},
    {0.98, 0.95, 0.86}, {0.95, 0.62, 0.24}, {0.40, 0.10, 0.22},
};
enum { PALETTE_SIZE = sizeof palette / sizeof palette[0] };

static colour colour_at(double position) {
  uint32_t whole = (uint32_t)position;
  double part = position - whole;
  colour from = palette[whole % PALETTE_SIZE], to = palette[(whole + 1) % PALETTE_SIZE];
  return (colour){
      from.red + (to.red - from.red) * part,
      from.green + (to.green - from.green) * part,
      from.blue + (to.blue - from.blue) * part,
  };
}

/* The colour of one point of the plane. Adds the iterations that it took to *iterations. */
static colour sample(double real, double imaginary, uint32_t *iterations) {
  double x = 0, y = 0, x2 = 0, y2 = 0;
  uint32_t n = 0;
  while (n < MAX_ITERATIONS && x2 + y2 < 256) {
    y = 2 * x * y + imaginary;
    x = x2 - y2 + real;
    x2 = x * x;
    y2 = y * y;
    n++;
  }
  *iterations += n + 20;
  if (n == MAX_ITERATIONS) return (colour){0.03, 0.03, 0.06};
  /* The fractional iteration count avoids edges between the colours. Its square root makes the colours change more
   * slowly where the counts are high and would flicker. */
  return colour_at(sqrt(n + 1 - log2(0.5 * log2(x2 + y2))) * 0.9);
}

static colour pixel(const mandelbrot *self, uint32_t samples, uint32_t *iterations) {
  colour sum = {0, 0, 0};
  for (uint32_t i = 0; i < samples * samples; i++) {
    double x = self->x + (i % samples + 0.5) / samples, y = self->y + (double)(i / samples) / samples;
    colour one = sample(self->left + x * self->pixel_size, self->top - y * self->pixel_size, iterations);
    sum = (colour){sum.red + one.red, sum.green + one.green, sum.blue + one.blue};
  }
  double part = 1.0 / (samples * samples);
  return (colour){sum.red * part, sum.green * part, sum.blue * part};
}

static void fill_block(mandelbrot *self, colour c) {
  struct picture *picture = &self->picture;
  for (uint32_t y = self->y; y < self->y + self->block && y < picture->height; y++)
    for (uint32_t x = self->x; x < self->x + self->block && x < picture->width; x++)
      picture_set(picture, y * picture->width + x, c.red, c.green, c.blue);
}

/* Moves to the next block or pixel, and at the end of a pass to the next pass; false after the last one. */
static bool advance(mandelbrot *self) {
  uint32_t stride = self->block == 0 ? 1 : self->block;
  self->x += stride;
  if (self->x < self->picture.width) return true;
  self->x = 0;
  self->y += stride;
  if (self->y < self->picture.height) return true;
  self->y = 0;
  if (self->block == 0) return false;
  self->block /= 2;
  return true;
}

int32_t mandelbrot_step(mandelbrot *self) {
  uint32_t iterations = 0;
  do {
    if (self->block == 0) {
      colour c = pixel(self, SAMPLES, &iterations);
      picture_set(&self->picture, self->y * self->picture.width + self->x, c.red, c.green, c.blue);
      self->picture.done += SAMPLES * SAMPLES;
    } else if (self->block == COARSEST || self->x % (2 * self->block) != 0 || self->y % (2 * self->block) != 0) {
      fill_block(self, pixel(self, 1, &iterations)); /* the coarser pass did the other corners */
      self->picture.done++;
    }
    if (!advance(self)) return STEP_DONE;
  } while (iterations < ITERATIONS_PER_TURN);
  return STEP_MORE;
}

void mandelbrot_destroy(mandelbrot *self) {
  if (self == NULL) return;
  free(self->picture.pixels);
  free(self);
}

/* A picture `span` units wide, centred at (real, imaginary); NULL if out of memory. */
mandelbrot *mandelbrot_create(uint32_t width, uint32_t height, double real, double imaginary, double span) {
  mandelbrot *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (!picture_create(&self->picture, width, height)) {
    mandelbrot_destroy(self);
    return NULL;
  }
  self->picture.total = width * height * (1 + SAMPLES * SAMPLES);
  self->pixel_size = span / width;
  self->left = real - span / 2;
  self->top = imaginary + self->pixel_size * height / 2;
  self->block = COARSEST;
  return self;
}
