/*
 * The time slice: when is it over, if reading the clock costs more than a turn?
 *
 * A reading of the clock takes 20 to 150 ns, a tiny turn 2 to 20. So the clock is not read after every turn
 * but when the turns since the last reading can be expected to have used up a grant. The grant is half of
 * what is left of the slice, and GRANT_MS at most; each turn is charged with what its task's turns cost of
 * late plus a grain, which is GRAIN_MS at least and follows the average turn, up at once and down by halves.
 *
 * What that bounds, for turns of which none is longer than T:
 * - Between two readings there are at most GRANT_MS / GRAIN_MS = 64 turns. So whatever the turns do, a slice
 *   ends at most 64 T late, and that only where turns that were tiny have become long all at once: after the
 *   reading that tells so the grain is their average, and from then on a grant is GRANT_MS or one turn.
 * - Turns that stay as they are end a slice at most one turn late, plus one tick of the clock: grants halve
 *   towards the deadline until they are smaller than the grain, and then the clock is read after every turn.
 * - The first turn of a task, of which nothing is known, is always followed by a reading.
 * A clock that stands still between two ticks gives readings of zero and now and then of a whole tick; the
 * average evens them out, and no decision is taken on a single one except to read more often.
 *
 * The same readings feed the statistics. Of a reading that covers several turns, only the last task is
 * charged, with its part of the difference between what was expected and what was read; where that
 * difference is large enough to be somebody's long turn, a round of turns is timed one by one to find out.
 */

#include "internal.h"

#include <math.h>

/* A difference worth a round of single readings, which itself takes up to PROBES_MAX * 0.1 us. */
static const double SUSPICIOUS_MS = 1;
enum { PROBES_MAX = 1024 };

static float at_least(float least, float value) { return value > least ? value : least; }
static float at_most(float most, float value) { return value < most ? value : most; }

double coop__now(const coop_cooperator *cooperator) {
  const coop_host *host = cooperator->host;
  return host->now_ms == NULL ? 0 : host->now_ms(host->context);
}

static void grant(struct coop__meter *meter) {
  meter->readings++;
  meter->turns = 0;
  float granted = 0;
  if (meter->probes != 0) {
    meter->probes--;
  } else {
    const double half = (meter->deadline_ms - meter->read_ms) / 2;
    granted = half < (double)COOP__GRANT_MS ? (float)half : COOP__GRANT_MS;
    /* by as good as random parts less, or it would always be the same tasks that are charged */
    granted *= 1 - (float)((meter->readings * 2654435769u) >> 29) / 61;
  }
  meter->granted_ms = meter->left_ms = granted;
}

void coop__meter_start(coop_cooperator *cooperator) {
  struct coop__meter *meter = &cooperator->meter;
  meter->start_ms = meter->read_ms = coop__now(cooperator);
  meter->deadline_ms = cooperator->host->now_ms == NULL ? (double)INFINITY : meter->start_ms + cooperator->limit.ms;
  if (meter->grain_ms == 0) meter->grain_ms = COOP__GRANT_MS; /* nothing is known: one turn at a time */
  grant(meter);
  cooperator->stats.slices++;
}

void coop__meter_stop(coop_cooperator *cooperator) {
  struct coop__meter *meter = &cooperator->meter;
  coop_cooperator_stats *stats = &cooperator->stats;
  if (meter->turns != 0) meter->read_ms = coop__now(cooperator);
  const double slice_ms = meter->read_ms - meter->start_ms;
  if (!(slice_ms > 0)) return;
  stats->busy_ms += slice_ms;
  if (slice_ms > stats->longest_slice_ms) stats->longest_slice_ms = slice_ms;
}

static void note_long_turn(coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  const coop_host *host = cooperator->host;
  const bool longest = duration_ms > cooperator->stats.longest_turn_ms;
  if (longest) cooperator->stats.longest_turn_ms = duration_ms;
  if ((longest || duration_ms > cooperator->limit.ms) && host->long_turn != NULL)
    host->long_turn(host->context, cooperator, task, duration_ms);
}

/*
 * Brings the task's statistics up to date with a turn that took `own_ms`, and learns from it. A task's first turns are
 * slow (its code and data are cold, an engine has not compiled them yet), and a task that is one of many is seldom the
 * last before a reading: so what is found to be far less than was thought is believed at once, unless the clock stood
 * still and has said nothing.
 */
static void charge(coop_task *task, float own_ms, bool moved) {
  const double turns = (double)task->turns;
  const double busy_ms = task->busy_base_ms + (turns - 1) * (double)task->cost_ms + (double)own_ms;
  const bool cold = moved && own_ms < task->cost_ms / 2;
  if (task->turns == 1 || cold)
    task->cost_ms = own_ms;
  else
    task->cost_ms += (own_ms - task->cost_ms) / 4;
  task->busy_base_ms = busy_ms - turns * (double)task->cost_ms;
}

/* Reads the clock; where that was put back, the slice keeps its length. */
static double read_clock(coop_cooperator *cooperator) {
  struct coop__meter *meter = &cooperator->meter;
  const double now_ms = coop__now(cooperator);
  if (now_ms < meter->read_ms) {
    meter->start_ms -= meter->read_ms - now_ms;
    meter->deadline_ms -= meter->read_ms - now_ms;
    meter->read_ms = now_ms;
  }
  return now_ms;
}

bool coop__meter_skip(coop_cooperator *cooperator) {
  struct coop__meter *meter = &cooperator->meter;
  meter->read_ms = read_clock(cooperator);
  return meter->read_ms >= meter->deadline_ms;
}

bool coop__meter_read(coop_cooperator *cooperator, coop_task *task) {
  struct coop__meter *meter = &cooperator->meter;
  if (cooperator->host->now_ms == NULL) { /* nothing to learn, and nothing to end it */
    grant(meter);
    return false;
  }
  const double now_ms = read_clock(cooperator);
  const float elapsed_ms = (float)(now_ms - meter->read_ms);
  const float turns = (float)meter->turns;
  const float charged_ms = task->cost_ms + meter->grain_ms;
  const float spent_ms = meter->granted_ms - meter->left_ms; /* as predicted, with the grains */
  const float expected_ms = spent_ms - turns * meter->grain_ms;
  meter->read_ms = now_ms;

  /* What the turns took beyond what was expected may be anybody's; what they took less, those have to answer for who
     were expected to take it. */
  const float excess_ms = elapsed_ms - expected_ms;
  const float share = excess_ms > 0 ? charged_ms / spent_ms : task->cost_ms / expected_ms;
  const float part = task->turns == 1 ? 1 : share;
  const float own_ms = meter->turns == 1 ? elapsed_ms : at_least(0, task->cost_ms + excess_ms * part);
  charge(task, own_ms, elapsed_ms > 0);
  if (meter->turns == 1) {
    if (own_ms > task->longest_turn_ms) task->longest_turn_ms = own_ms;
    note_long_turn(cooperator, task, (double)own_ms);
  } else if ((double)excess_ms > SUSPICIOUS_MS) {
    /* somebody's: this one's if there is no other */
    note_long_turn(cooperator, cooperator->queued <= 1 ? task : NULL, (double)excess_ms);
    meter->probes = cooperator->queued < PROBES_MAX ? cooperator->queued : PROBES_MAX;
  }

  const float average_ms = at_least(meter->grain_ms / 2, elapsed_ms / turns);
  meter->grain_ms = at_most(COOP__GRANT_MS, at_least(COOP__GRAIN_MS, average_ms));
  grant(meter);
  return now_ms >= meter->deadline_ms;
}
