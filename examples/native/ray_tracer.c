/*
 * A picture of mirroring spheres on a chequered floor, coarse at first: every 16th pixel in both directions, shown as
 * a block, then every 8th, and so on until each pixel has its own colour. It calls nothing of the library: iterator.h
 * is macros.
 */

#include "ray_tracer.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

enum {
  COARSEST = 16,
  SAMPLES = 2, /* per pixel and direction */
  MIRRORS = 4, /* after so many a ray is not followed any more */
  PIXELS_PER_TURN = 16,
  SIDE_MAX = 16384,
};

typedef struct vector { double x, y, z; } vector;

static vector add(vector a, vector b) { return (vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static vector subtract(vector a, vector b) { return (vector){a.x - b.x, a.y - b.y, a.z - b.z}; }
static vector scale(vector a, double by) { return (vector){a.x * by, a.y * by, a.z * by}; }
static vector tint(vector a, vector by) { return (vector){a.x * by.x, a.y * by.y, a.z * by.z}; }
static vector mix(vector a, vector b, double part) { return add(scale(a, 1 - part), scale(b, part)); }
static double dot(vector a, vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static vector unit(vector a) { return scale(a, 1 / sqrt(dot(a, a))); }
static vector along(vector from, vector direction, double distance) { return add(from, scale(direction, distance)); }

typedef struct sphere {
  vector centre;
  double radius;
  vector colour;
  double mirror; /* the part of the light that is reflected as by a mirror */
} sphere;

static const sphere spheres[] = {
  {{0.0, 1.0, 6.0}, 1.0, {0.95, 0.95, 0.97}, 0.75},
  {{-2.1, 0.75, 5.2}, 0.75, {0.85, 0.22, 0.18}, 0.25},
  {{2.0, 0.8, 5.0}, 0.8, {0.16, 0.40, 0.80}, 0.30},
  {{-0.9, 0.4, 3.9}, 0.4, {0.98, 0.76, 0.20}, 0.15},
  {{0.8, 0.35, 3.6}, 0.35, {0.20, 0.65, 0.38}, 0.20},
  {{-3.6, 1.6, 8.5}, 1.6, {0.62, 0.42, 0.78}, 0.35},
  {{3.8, 1.4, 8.0}, 1.4, {0.96, 0.60, 0.42}, 0.35},
  {{0.1, 0.22, 3.0}, 0.22, {0.90, 0.90, 0.90}, 0.60},
};
enum { SPHERES = sizeof spheres / sizeof spheres[0] };

static const vector eye = {0, 1.5, -1.2};
static const vector sun = {-0.48, 0.72, -0.50}; /* where it stands, of about the length 1 */
static const double CLOSE = 1e-6;               /* a ray does not meet what it starts from */
static const double FAR = 1e9;

static double meet_sphere(const sphere *one, vector from, vector direction) {
  const vector offset = subtract(from, one->centre);
  const double half = dot(offset, direction);
  const double inside = half * half - dot(offset, offset) + one->radius * one->radius;
  if (inside < 0) return FAR;
  const double root = sqrt(inside);
  if (-half - root > CLOSE) return -half - root;
  return -half + root > CLOSE ? -half + root : FAR;
}

static bool in_shadow(vector point) {
  for (int i = 0; i < SPHERES; i++)
    if (meet_sphere(&spheres[i], point, sun) < FAR) return true;
  return false;
}

static vector sky(vector direction) {
  const vector horizon = {0.82, 0.88, 0.94}, zenith = {0.24, 0.42, 0.72};
  return mix(horizon, zenith, sqrt(direction.y > 0 ? direction.y : 0));
}

/* The light that comes back along the ray: at each mirror its weight is split between the surface and what it shows. */
static vector trace(vector from, vector direction) {
  vector light = {0, 0, 0};
  double weight = 1;
  for (int bounce = 0; bounce <= MIRRORS && weight > 0.01; bounce++) {
    double distance = direction.y < 0 ? -from.y / direction.y : FAR; /* to the floor */
    const sphere *met = NULL;
    for (int i = 0; i < SPHERES; i++) {
      const double other = meet_sphere(&spheres[i], from, direction);
      if (other < distance) distance = other, met = &spheres[i];
    }
    if (distance >= FAR) return add(light, scale(sky(direction), weight));

    const vector point = along(from, direction, distance);
    vector normal = {0, 1, 0}, colour;
    double mirror = 0.12;
    if (met != NULL) {
      normal = scale(subtract(point, met->centre), 1 / met->radius);
      colour = met->colour;
      mirror = met->mirror;
    } else {
      const bool dark = fmod(floor(point.x) + floor(point.z), 2) != 0;
      colour = dark ? (vector){0.20, 0.22, 0.26} : (vector){0.86, 0.84, 0.80};
      /* far away the squares are smaller than a pixel: there the floor fades into the horizon */
      colour = mix(colour, (vector){0.82, 0.88, 0.94}, distance < 40 ? distance / 40 : 1);
    }
    const vector mirrored = along(direction, normal, -2 * dot(direction, normal));
    const vector start = along(point, normal, CLOSE);
    vector shade = {0.30, 0.32, 0.36}; /* the light of the sky */
    double glint = 0;
    const double towards = dot(normal, sun);
    if (towards > 0 && !in_shadow(start)) {
      shade = add(shade, scale((vector){0.80, 0.76, 0.66}, towards));
      glint = dot(mirrored, sun) > 0 ? dot(mirrored, sun) : 0;
      for (int square = 0; square < 6; square++) glint *= glint; /* to the power of 64 */
    }
    const vector own = add(tint(colour, shade), scale((vector){1, 1, 1}, glint * (met != NULL ? 0.8 : 0)));
    light = add(light, scale(own, weight * (1 - mirror)));
    weight *= mirror;
    from = start;
    direction = mirrored;
  }
  return light;
}

static uint8_t to_byte(double light) {
  const double level = sqrt(light < 0 ? 0 : light > 1 ? 1 : light); /* screens show about the square of the number */
  return (uint8_t)(level * 255 + 0.5);
}

static void draw_pixel(const struct ray_tracer *self, uint32_t x, uint32_t y, uint8_t pixel[4]) {
  vector sum = {0, 0, 0};
  for (int row = 0; row < SAMPLES; row++) {
    for (int column = 0; column < SAMPLES; column++) {
      const double right = x + (column + 0.5) / SAMPLES - self->width / 2.0;
      const double down = y + (row + 0.5) / SAMPLES - self->height / 2.0;
      sum = add(sum, trace(eye, unit((vector){right / self->width, -down / self->width - 0.06, 0.75})));
    }
  }
  const vector light = scale(sum, 1.0 / (SAMPLES * SAMPLES));
  pixel[0] = to_byte(light.x);
  pixel[1] = to_byte(light.y);
  pixel[2] = to_byte(light.z);
  pixel[3] = 255;
}

static uint8_t *pixel_at(const struct ray_tracer *self, uint32_t x, uint32_t y) {
  return self->pixels + ((size_t)y * self->width + x) * 4;
}

static void draw_block(struct ray_tracer *self) {
  uint8_t colour[4];
  draw_pixel(self, self->x, self->y, colour);
  self->pixels_done++;
  const uint32_t right = self->x + self->grain < self->width ? self->x + self->grain : self->width;
  const uint32_t bottom = self->y + self->grain < self->height ? self->y + self->grain : self->height;
  for (uint32_t y = self->y; y < bottom; y++) {
    for (uint32_t x = self->x; x < right; x++) {
      uint8_t *pixel = pixel_at(self, x, y);
      for (int channel = 0; channel < 4; channel++) pixel[channel] = colour[channel];
    }
  }
}

/* Was its pixel drawn when the picture was coarser? */
static bool is_done(const struct ray_tracer *self) {
  const uint32_t coarser = self->grain * 2;
  return self->grain != COARSEST && self->x % coarser == 0 && self->y % coarser == 0;
}

coop_turn ray_tracer_next(coop_task *task, void *state) {
  struct ray_tracer *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->grain = COARSEST; self->grain > 0; self->grain /= 2) {
    for (self->y = 0; self->y < self->height; self->y += self->grain) {
      for (self->x = 0; self->x < self->width; self->x += self->grain) {
        if (is_done(self)) continue;
        draw_block(self);
        if (self->pixels_done < self->turn_ends_at) continue;
        self->turn_ends_at = self->pixels_done + PIXELS_PER_TURN;
        COOP_YIELD(self);
      }
    }
  }
  COOP_END(self);
}

coop_turn ray_tracer_step(struct ray_tracer *self) { return ray_tracer_next(NULL, self); }

void ray_tracer_in_one_piece(struct ray_tracer *self) {
  for (uint32_t y = 0; y < self->height; y++)
    for (uint32_t x = 0; x < self->width; x++) draw_pixel(self, x, y, pixel_at(self, x, y));
  self->pixels_done = self->width * self->height;
}

struct ray_tracer *ray_tracer_create(uint32_t width, uint32_t height) {
  if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX) return NULL;
  struct ray_tracer *self = malloc(sizeof *self);
  uint8_t *pixels = calloc((size_t)width * height, 4);
  if (self == NULL || pixels == NULL) {
    free(self);
    free(pixels);
    return NULL;
  }
  *self = (struct ray_tracer){
    .width = width, .height = height, .pixels = pixels, .turn_ends_at = PIXELS_PER_TURN,
  };
  return self;
}

void ray_tracer_destroy(struct ray_tracer *self) {
  if (self == NULL) return;
  free(self->pixels);
  free(self);
}
