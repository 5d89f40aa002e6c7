#ifndef COOPERATOR_METER_H
#define COOPERATOR_METER_H

/*
 * The meter of a cooperator's slices: meter.c explains the algorithm and what it guarantees. It knows neither tasks
 * nor cooperators, only what turns cost.
 */

#include <stdint.h>

#include "common.h"

/* The largest clock budget, and the least that a turn is charged. */
#define COOP__BUDGET_MAX_MS 0.064f
#define COOP__CHARGE_MIN_MS 0.001f

/* S15: a slice ends after this many turns during which the clock did not move. */
#define COOP__UNMOVED_TURNS_MAX 65536

/* What the turns of one task cost; part of the task. */
typedef struct coop__cost {
  float turn_ms;         /* what a turn costs, averaged over the recent ones; COOP__BUDGET_MAX_MS: unknown */
  float longest_turn_ms; /* of the turns that were timed one by one */
  uint64_t turns;
  double busy_base_ms; /* busy time is busy_base_ms + turns * turn_ms: a turn adds to it by being counted */
} coop__cost;

typedef struct coop__meter {
  double start_ms;         /* when the slice began */
  double read_ms;          /* the last reading of the clock */
  double deadline_ms;      /* when the slice is over */
  float budget_ms;         /* the clock budget that the last reading set */
  float budget_left_ms;    /* what turns have left of it; the clock is read when it reaches 0 */
  float minimum_charge_ms; /* charged for every turn, on top of its task's average */
  uint32_t turns;          /* since the last reading */
  uint32_t unmoved_turns;  /* since the clock last moved, in this slice */
  bool several_tasks;      /* the turns since the last reading may be of several tasks; see coop__advance */
  uint32_t probes;         /* this many turns are still to be timed one by one */
  uint32_t readings;       /* so far */
  double correction_ms;    /* what the last reading added to the busy time of the task */
} coop__meter;

/* Begins a slice of `slice_ms` (INFINITY: without end). Reads the clock. */
void coop__meter_start(coop__meter *meter, const coop_host *host, double slice_ms);

/* Ends the slice. Returns how long it was, in milliseconds. */
double coop__meter_stop(coop__meter *meter, const coop_host *host);

/* The time that the turns of a task took so far, as far as it is known. */
static inline double coop__busy_ms(const coop__cost *cost) {
  return cost->busy_base_ms + (double)cost->turns * (double)cost->turn_ms;
}

/* Counts a turn and charges it. Returns whether the clock budget lasts for another; otherwise read the meter now. */
static COOP__INLINE bool coop__meter_count(coop__meter *meter, coop__cost *cost) {
  cost->turns++;
  meter->turns++;
  meter->budget_left_ms -= cost->turn_ms + meter->minimum_charge_ms;
  return meter->budget_left_ms > 0;
}

/* Spends the rest of the clock budget, so that the clock is read after the turn that is under way. */
static inline void coop__meter_spend(coop__meter *meter) {
  meter->budget_ms -= meter->budget_left_ms; /* as if it had been smaller: nothing was charged */
  meter->budget_left_ms = 0;
}

/*
 * Reads the clock after a turn of the task that `cost` belongs to. Corrects `cost`, and sets the next clock budget.
 * `tasks` is the length of the queue. `one_task`: all turns since the last reading were turns of that task.
 * Returns a duration in milliseconds that may be the longest turn so far: if one turn was measured, its duration; if
 * several were, the time beyond the prediction if that is conspicuous, otherwise 0.
 */
float coop__meter_read(coop__meter *meter, const coop_host *host, coop__cost *cost, uint32_t tasks, bool one_task);

/* Reads the clock, and charges the time since the last reading to no turn. */
void coop__meter_skip(coop__meter *meter, const coop_host *host);

/* Whether the slice was over at the last reading. */
static inline bool coop__meter_is_over(const coop__meter *meter) { return meter->read_ms >= meter->deadline_ms; }

/* Reads the clock. Returns whether it has reached `moment_ms`. */
bool coop__meter_has_passed(const coop_host *host, double moment_ms);

#endif
