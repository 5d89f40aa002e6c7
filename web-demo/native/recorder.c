/* Records every turn in a ring buffer: the slot of its task, when it began and how long it took. Native steps are
 * called through recorded_step, so that the only JavaScript in between is the clock. JavaScript calls `record` for its
 * own turns. All times are in ms, on the clock of now_ms. */
#include <stdint.h>
#include <stdlib.h>

enum { TURNS = 1 << 16 /* kept */, SLOTS = 1 << 13 /* counted separately */ };

typedef struct turn {
  double began;
  float lasted;
  uint32_t slot;
} turn;

typedef struct native_step {
  int32_t (*step)(uint32_t state);
  uint32_t state;
  uint32_t slot;
} native_step;

extern double now_ms(void);

static turn turns[TURNS];
static double busy_ms[SLOTS], total_ms;
static uint32_t count; /* of all turns so far; wraps around at a multiple of TURNS */

const turn *recorder_turns(void) { return turns; }
const double *recorder_busy_ms(void) { return busy_ms; }
double recorder_total_ms(void) { return total_ms; }
const uint32_t *recorder_count(void) { return &count; }
uint32_t recorder_capacity(void) { return TURNS; }
uint32_t recorder_slots(void) { return SLOTS; }

void record(uint32_t slot, double began, double ended) {
  turns[count++ % TURNS] = (turn){began, (float)(ended - began), slot};
  busy_ms[slot % SLOTS] += ended - began;
  total_ms += ended - began;
}

/* Wraps a step, which is an index in this module's function table. The result is the state to call recorded_step with,
 * until recorder_unwrap frees it; NULL if out of memory. */
native_step *recorder_wrap(int32_t (*step)(uint32_t), uint32_t state, uint32_t slot) {
  native_step *self = malloc(sizeof *self);
  if (self != NULL) *self = (native_step){step, state, slot};
  return self;
}

void recorder_unwrap(native_step *self) { free(self); }

int32_t recorded_step(native_step *self) {
  double began = now_ms();
  int32_t status = self->step(self->state);
  record(self->slot, began, now_ms());
  return status;
}
