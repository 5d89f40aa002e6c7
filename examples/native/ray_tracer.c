/*
 * Spheres on a chequered floor under an evening sky. Each pass adds one ray to each pixel, at a random place inside it:
 * the picture is noisy soon and clean in the end. Does not link the library: the macros of iterator.h need only the
 * header.
 */

#include "ray_tracer.h"

#include <math.h>

enum { MAX_BOUNCES = 5, RAYS_PER_TURN = 700 };

typedef struct vector vector;
struct ray {
  vector from, towards;
};
struct sphere {
  vector centre;
  double radius;
  vector colour;
  double mirror;
};
struct hit {
  double distance;
  vector at, normal, colour;
  double mirror;
};

static const struct sphere spheres[] = {
    {{0.0, 1.0, 0.0}, 1.0, {0.95, 0.93, 0.88}, 0.85},   {{-2.1, 0.7, 0.6}, 0.7, {0.90, 0.35, 0.25}, 0.12},
    {{1.9, 0.6, 0.9}, 0.6, {0.20, 0.52, 0.80}, 0.12},   {{0.7, 0.35, 1.9}, 0.35, {0.96, 0.72, 0.25}, 0.25},
    {{-0.9, 0.3, 1.8}, 0.3, {0.35, 0.68, 0.48}, 0.10},  {{2.4, 1.1, -1.9}, 1.1, {0.56, 0.42, 0.72}, 0.30},
    {{-2.4, 1.2, -2.2}, 1.2, {0.85, 0.87, 0.90}, 0.65}, {{0.1, 0.2, 2.6}, 0.2, {0.92, 0.50, 0.62}, 0.10},
};
enum { SPHERES = sizeof spheres / sizeof spheres[0] };

static vector add(vector a, vector b) { return (vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static vector scale(vector a, double by) { return (vector){a.x * by, a.y * by, a.z * by}; }
static vector subtract(vector a, vector b) { return add(a, scale(b, -1)); }
static vector multiply(vector a, vector b) { return (vector){a.x * b.x, a.y * b.y, a.z * b.z}; }
static double dot(vector a, vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static vector unit(vector a) { return scale(a, 1 / sqrt(dot(a, a))); }
static vector mix(vector a, vector b, double part) { return add(scale(a, 1 - part), scale(b, part)); }
static vector cross(vector a, vector b) {
  return (vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

/* Random, from 0 to below 1 (Marsaglia's xorshift). */
static double random_part(struct ray_tracer *self) {
  self->random ^= self->random << 13;
  self->random ^= self->random >> 17;
  self->random ^= self->random << 5;
  return self->random / 4294967296.0;
}

static double distance_to(const struct sphere *sphere, struct ray ray) {
  vector offset = subtract(ray.from, sphere->centre);
  double half = dot(offset, ray.towards);
  double inside = half * half - dot(offset, offset) + sphere->radius * sphere->radius;
  if (inside < 0) return INFINITY;
  double near = -half - sqrt(inside);
  return near > 1e-4 ? near : INFINITY;
}

static bool find(struct ray ray, struct hit *nearest) {
  *nearest = (struct hit){.distance = INFINITY};
  const struct sphere *found = NULL;
  for (uint32_t i = 0; i < SPHERES; i++) {
    double distance = distance_to(&spheres[i], ray);
    if (distance >= nearest->distance) continue;
    nearest->distance = distance;
    found = &spheres[i];
  }
  double floor = -ray.from.y / ray.towards.y;
  if (floor > 1e-4 && floor < 60 && floor < nearest->distance) {
    vector at = add(ray.from, scale(ray.towards, floor));
    bool light = (lrint(at.x) + lrint(at.z)) % 2 == 0;
    vector colour = light ? (vector){0.82, 0.80, 0.76} : (vector){0.20, 0.22, 0.27};
    *nearest = (struct hit){floor, at, {0, 1, 0}, colour, 0.10};
    return true;
  }
  if (found == NULL) return false;
  nearest->at = add(ray.from, scale(ray.towards, nearest->distance));
  nearest->normal = scale(subtract(nearest->at, found->centre), 1 / found->radius);
  nearest->colour = found->colour;
  nearest->mirror = found->mirror;
  return true;
}

static vector sky(vector towards) {
  double height = towards.y > 0 ? sqrt(towards.y) : 0;
  return mix((vector){0.98, 0.80, 0.62}, (vector){0.22, 0.38, 0.66}, height);
}

/* Light from the sky and from the sun, which is not a point: its shadows are soft. */
static vector light_at(struct ray_tracer *self, const struct hit *hit) {
  vector blur = {0};
  blur.x = random_part(self) - 0.5;
  blur.y = random_part(self) - 0.5;
  blur.z = random_part(self) - 0.5;
  vector sun = unit(add((vector){0.55, 0.75, 0.60}, scale(blur, 0.22)));
  vector light = scale((vector){0.36, 0.42, 0.52}, 0.6 + 0.4 * hit->normal.y);
  double facing = dot(hit->normal, sun);
  if (facing <= 0) return light;
  for (uint32_t i = 0; i < SPHERES; i++)
    if (distance_to(&spheres[i], (struct ray){hit->at, sun}) < INFINITY) return light;
  return add(light, scale((vector){1.0, 0.88, 0.70}, 0.85 * facing));
}

static vector trace(struct ray_tracer *self, struct ray ray) {
  vector colour = {0, 0, 0}, share = {1, 1, 1};
  for (int bounce = 0; bounce < MAX_BOUNCES; bounce++) {
    struct hit hit;
    if (!find(ray, &hit)) return add(colour, multiply(share, sky(ray.towards)));
    vector own = multiply(hit.colour, light_at(self, &hit));
    double haze = 1 - exp(-0.0006 * hit.distance * hit.distance);
    own = mix(own, sky(ray.towards), haze);
    colour = add(colour, multiply(share, scale(own, 1 - hit.mirror)));
    share = multiply(share, scale(mix((vector){1, 1, 1}, hit.colour, 0.5), hit.mirror));
    if (hit.mirror * (share.x + share.y + share.z) < 0.02) break;
    vector away = scale(hit.normal, 2 * dot(ray.towards, hit.normal));
    ray.from = hit.at;
    ray.towards = subtract(ray.towards, away);
  }
  return colour;
}

/* Adds one ray to the next pixel. */
static void add_ray(struct ray_tracer *self) {
  struct picture *picture = &self->picture;
  uint32_t index = self->next;
  double across = (index % picture->width + random_part(self)) / picture->width - 0.5;
  double down = (index / picture->width + random_part(self) - 0.5 * picture->height) / picture->width;
  vector towards = add(self->forward, add(scale(self->right, across), scale(self->up, -down)));
  vector *sum = &self->sums[index];
  *sum = add(*sum, trace(self, (struct ray){self->eye, unit(towards)}));
  double part = 1.0 / (self->pass + 1);
  picture_set(picture, index, sqrt(sum->x * part), sqrt(sum->y * part), sqrt(sum->z * part));
  picture->done++;
}

coop_turn ray_tracer_next(coop_task *task, void *state) {
  struct ray_tracer *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->pass = 0; self->pass < self->passes; self->pass++) {
    for (self->next = 0; self->next < self->picture.width * self->picture.height; self->next++) {
      if (self->picture.done == self->turn_ends_at) {
        self->turn_ends_at += RAYS_PER_TURN;
        COOP_YIELD(self);
      }
      add_ray(self);
    }
  }
  COOP_END(self);
}

coop_turn ray_tracer_step(struct ray_tracer *self) { return ray_tracer_next(NULL, self); }

void ray_tracer_in_one_piece(struct ray_tracer *self) {
  for (self->pass = 0; self->pass < self->passes; self->pass++)
    for (self->next = 0; self->next < self->picture.width * self->picture.height; self->next++) add_ray(self);
}

void ray_tracer_destroy(struct ray_tracer *self) {
  if (self == NULL) return;
  free(self->picture.pixels);
  free(self->sums);
  free(self);
}

struct ray_tracer *ray_tracer_create(uint32_t width, uint32_t height, uint32_t passes, double angle, double distance) {
  struct ray_tracer *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (picture_create(&self->picture, width, height)) self->sums = calloc((size_t)width * height, sizeof *self->sums);
  if (self->sums == NULL || passes == 0 || passes > (UINT32_MAX - RAYS_PER_TURN) / (width * height)) {
    ray_tracer_destroy(self);
    return NULL;
  }
  self->picture.total = width * height * passes;
  self->passes = passes;
  self->turn_ends_at = RAYS_PER_TURN;
  self->random = 2463534242;
  vector target = {0, 0.75, 0};
  self->eye = (vector){sin(angle) * distance, 0.7 + 0.22 * distance, cos(angle) * distance};
  self->forward = scale(unit(subtract(target, self->eye)), 1.25);
  self->right = unit(cross(self->forward, (vector){0, 1, 0}));
  self->up = unit(cross(self->right, self->forward));
  return self;
}
