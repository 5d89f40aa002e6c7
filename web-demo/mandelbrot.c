/* A view of the Mandelbrot set, drawn a few pixels per call.
 *
 * `mandelbrot_step` is a native step of the cooperator: it does a small, bounded part of the work and says
 * whether there is more. It knows nothing of the cooperator, or of JavaScript. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* What a native step returns. */
enum { STEP_MORE = 0, STEP_DONE = 1 };

enum {
  MAX_ITERATIONS = 2500,
  SAMPLES = 4, /* per pixel and direction */
  /* One call ends after the pixel that brings it here, or at the end of a row. Counting iterations, not
   * pixels, keeps the calls equally long inside and outside the set: about half a millisecond each. */
  ITERATIONS_PER_STEP = 100000
};

static const double ESCAPE_RADIUS_SQUARED = 256.0;

typedef struct mandelbrot {
  /* The page reads these four words. */
  uint32_t width;
  uint32_t height;
  uint32_t pixels_done;
  uint8_t *pixels; /* RGBA, from the top left */

  double left, top, pixel_size;
} mandelbrot;

typedef struct colour {
  double red, green, blue;
} colour;

static const colour palette[] = {
  { 12, 18, 48 }, { 24, 92, 140 }, { 150, 214, 214 }, { 250, 240, 214 }, { 236, 150, 56 }, { 112, 28, 58 },
};
enum { PALETTE_SIZE = sizeof palette / sizeof palette[0] };

static double mix(double from, double to, double part) { return from + (to - from) * part; }

static colour colour_at(double position)
{
  uint32_t whole = (uint32_t)position;
  double part = position - whole;
  colour from = palette[whole % PALETTE_SIZE], to = palette[(whole + 1) % PALETTE_SIZE];
  return (colour){ mix(from.red, to.red, part), mix(from.green, to.green, part), mix(from.blue, to.blue, part) };
}

/* The colour of one point; adds the iterations that it took. */
static colour sample(double real, double imaginary, uint32_t *iterations)
{
  double x = 0, y = 0, x2 = 0, y2 = 0;
  uint32_t n = 0;
  while (n < MAX_ITERATIONS && x2 + y2 < ESCAPE_RADIUS_SQUARED) {
    y = 2 * x * y + imaginary;
    x = x2 - y2 + real;
    x2 = x * x;
    y2 = y * y;
    n++;
  }
  *iterations += n;
  if (n == MAX_ITERATIONS) return (colour){ 8, 8, 16 };

  /* The continuous iteration count, so that the colours have no edges; its root slows them down where they
   * would be a flicker. */
  double smooth = n + 1 - log2(0.5 * log2(x2 + y2));
  return colour_at(sqrt(smooth) * 0.9);
}

static void draw_pixel(mandelbrot *self, uint32_t index, uint32_t *iterations)
{
  double left = self->left + index % self->width * self->pixel_size;
  double top = self->top - index / self->width * self->pixel_size;
  colour sum = { 0, 0, 0 };
  for (int row = 0; row < SAMPLES; row++) {
    for (int column = 0; column < SAMPLES; column++) {
      colour one = sample(left + (column + 0.5) / SAMPLES * self->pixel_size,
                          top - (row + 0.5) / SAMPLES * self->pixel_size, iterations);
      sum.red += one.red;
      sum.green += one.green;
      sum.blue += one.blue;
    }
  }
  uint8_t *pixel = self->pixels + (size_t)index * 4;
  pixel[0] = (uint8_t)(sum.red / (SAMPLES * SAMPLES));
  pixel[1] = (uint8_t)(sum.green / (SAMPLES * SAMPLES));
  pixel[2] = (uint8_t)(sum.blue / (SAMPLES * SAMPLES));
  pixel[3] = 255;
}

/* A picture of `span` units across, centred at (real, imaginary). NULL when it does not fit into memory. */
mandelbrot *mandelbrot_create(uint32_t width, uint32_t height, double real, double imaginary, double span)
{
  if (width == 0 || height == 0 || width > UINT16_MAX || height > UINT16_MAX / 4) return NULL;
  mandelbrot *self = malloc(sizeof *self);
  uint8_t *pixels = calloc((size_t)width * height, 4);
  if (self == NULL || pixels == NULL) {
    free(self);
    free(pixels);
    return NULL;
  }
  double pixel_size = span / width;
  *self = (mandelbrot){
    .width = width,
    .height = height,
    .pixels = pixels,
    .left = real - span / 2,
    .top = imaginary + pixel_size * height / 2,
    .pixel_size = pixel_size,
  };
  return self;
}

void mandelbrot_destroy(mandelbrot *self)
{
  if (self == NULL) return;
  free(self->pixels);
  free(self);
}

int32_t mandelbrot_step(mandelbrot *self)
{
  uint32_t total = self->width * self->height;
  if (self->pixels_done == total) return STEP_DONE;
  uint32_t iterations = 0;
  do {
    draw_pixel(self, self->pixels_done, &iterations);
    self->pixels_done++;
  } while (iterations < ITERATIONS_PER_STEP && self->pixels_done % self->width != 0);
  return self->pixels_done == total ? STEP_DONE : STEP_MORE;
}
