/* Work whose turns all take equally long: integer arithmetic. Comparing schedulers needs such work. */
#include "step.h"
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct spin {
  uint32_t turns; /* so far */
  uint32_t steps; /* of arithmetic in a turn */
  uint32_t value;
} spin;

int32_t spin_step(spin *self) {
  uint32_t value = self->value;
  for (uint32_t i = 0; i < self->steps; i++) value = (value ^ value >> 7) * 2654435761u + i;
  self->value = value;
  self->turns++;
  return STEP_MORE;
}

/* NULL if out of memory; free it with spin_destroy. */
spin *spin_create(uint32_t steps) {
  spin *self = malloc(sizeof *self);
  if (self != NULL) *self = (spin){.steps = steps, .value = 1};
  return self;
}

uint32_t spin_turns(const spin *self) { return self->turns; }

void spin_destroy(spin *self) { free(self); }
