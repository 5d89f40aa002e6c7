/* Conway's Game of Life on a torus. A turn computes some rows of the next generation. Dead cells fade out. */
#include "picture.h"
#include "step.h"

enum { GENERATIONS = 6000, ROWS_PER_TURN = 36, FADE = 24 };

typedef struct life {
  struct picture picture;
  uint8_t *cells, *next; /* 255: alive; less: dead, and the remaining brightness */
  uint32_t row;
} life;

static void show(life *self, uint32_t index) {
  double glow = self->next[index] / 255.0;
  if (self->next[index] == 255)
    picture_set(&self->picture, index, 0.93, 0.98, 0.88);
  else
    picture_set(&self->picture, index, 0.05 + 0.05 * glow, 0.07 + 0.50 * glow, 0.11 + 0.42 * glow);
}

static void compute_row(life *self, uint32_t y) {
  uint32_t width = self->picture.width, height = self->picture.height;
  const uint8_t *above = self->cells + (y + height - 1) % height * width;
  const uint8_t *here = self->cells + y * width;
  const uint8_t *below = self->cells + (y + 1) % height * width;
  for (uint32_t x = 0; x < width; x++) {
    uint32_t left = x == 0 ? width - 1 : x - 1, right = x + 1 == width ? 0 : x + 1;
    int neighbours = (above[left] == 255) + (above[x] == 255) + (above[right] == 255) + (here[left] == 255) +
                     (here[right] == 255) + (below[left] == 255) + (below[x] == 255) + (below[right] == 255);
    uint8_t cell = here[x];
    bool lives = neighbours == 3 || (neighbours == 2 && cell == 255);
    self->next[y * width + x] = lives ? 255 : cell == 255 ? 230 : cell > FADE ? (uint8_t)(cell - FADE) : 0;
    show(self, y * width + x);
  }
}

int32_t life_step(life *self) {
  for (int i = 0; i < ROWS_PER_TURN; i++) {
    compute_row(self, self->row);
    self->picture.done++;
    if (++self->row < self->picture.height) continue;
    self->row = 0;
    uint8_t *cells = self->cells;
    self->cells = self->next;
    self->next = cells;
    if (self->picture.done == self->picture.total) return STEP_DONE;
  }
  return STEP_MORE;
}

void life_destroy(life *self) {
  if (self == NULL) return;
  free(self->picture.pixels);
  free(self->cells);
  free(self->next);
  free(self);
}

/* Brings random cells to life in the square whose first cell is (x, y). */
void life_stir(life *self, uint32_t x, uint32_t y, uint32_t size, uint32_t random) {
  uint32_t width = self->picture.width, height = self->picture.height;
  random |= 1;
  for (uint32_t i = 0; i < size * size; i++) {
    random = random * 1664525 + 1013904223; /* the constants of Numerical Recipes */
    uint32_t at = (y + i / size) % height * width + (x + i % size) % width;
    if (random >> 30 == 0) self->cells[at] = 255;
  }
}

/* A world of random cells; NULL if out of memory. */
life *life_create(uint32_t width, uint32_t height, uint32_t random) {
  life *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->cells = calloc(width, height);
  self->next = calloc(width, height);
  if (!picture_create(&self->picture, width, height) || self->cells == NULL || self->next == NULL) {
    life_destroy(self);
    return NULL;
  }
  self->picture.total = height * GENERATIONS;
  life_stir(self, 0, 0, width, random);
  return self;
}
