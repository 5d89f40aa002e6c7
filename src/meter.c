/*
 * The meter: when is a time slice over?
 *
 * Reading the clock costs 20 to 150 ns and a small turn 2 to 20 ns, so a reading after every turn would cost more than
 * the turns. The meter predicts instead. It learns what the turns of each task cost on average, and reads the clock
 * only when the turns since the last reading should have used up a small share of the slice.
 *
 * The algorithm. Each reading of the clock sets a clock budget: half of the time that is left in the slice, at most
 * COOP__BUDGET_MAX_MS. Each turn is charged against the budget, with the average cost of its task's turns plus the
 * minimum charge. When the budget is used up, the clock is read, and the reading corrects the prediction:
 *
 * - The average of the task that had the last turn moves towards what was measured. A task of which nothing is known
 *   counts as COOP__BUDGET_MAX_MS, so a reading follows its first turn.
 * - The minimum charge becomes the average length of the turns that were measured, between COOP__CHARGE_MIN_MS and
 *   COOP__BUDGET_MAX_MS. It rises at once, and falls to half at most.
 *
 * Example: 9 ms are left, the turns of all tasks cost 0.001 ms, the minimum charge is 0.001 ms. The budget is 0.064 ms,
 * each turn is charged 0.002 ms, and the clock is read after 32 turns.
 *
 * What this guarantees, if no turn is longer than T:
 *
 * - At most 64 turns run between two readings, because each is charged at least 1/64 of the largest budget. So a slice
 *   ends at most 64 T late, whatever the turns do. This needs tiny turns that all become long at the same moment. It
 *   happens once: the next reading raises the minimum charge to their average, and from then on the clock is read every
 *   COOP__BUDGET_MAX_MS or after every turn, whichever is longer.
 * - If turns cost what they cost before, a slice ends at most one turn late, plus one tick of the clock. Budgets halve
 *   towards the deadline until they are below the minimum charge; from there on the clock is read after every turn.
 *
 * The clock may be coarse. Between two ticks it yields readings of zero, and now and then a reading of a whole tick.
 * The average evens these out, and a single reading never does more than cause further readings.
 *
 * Statistics come from the same readings, which correct the task that had the last turn. If it had all turns since the
 * reading before, it is corrected by the whole difference between what was predicted and what was measured; otherwise
 * by its part. If the difference is so large that one of the turns must have been long, the next turns of all tasks are
 * timed one by one to find the task.
 */

#include "meter.h"

#include <math.h>

/* A difference that starts a search for the long turn. The search times this many turns at most. */
static const double SUSPICIOUS_MS = 1;
enum { PROBES_MAX = 1024 };

static float at_least(float least, float value) { return value > least ? value : least; }
static float at_most(float most, float value) { return value < most ? value : most; }

static bool has_clock(const coop_host *host) { return coop__known(host)->now_ms != NULL; }

static double now_ms(const coop_host *host) { return has_clock(host) ? coop__known(host)->now_ms(host->context) : 0; }

static void set_budget(coop__meter *meter) {
  meter->readings++;
  meter->turns = 0;
  meter->several_tasks = false;
  float budget_ms = 0; /* the clock is read after the next turn */
  if (meter->probes != 0) {
    meter->probes--;
  } else {
    const double half_ms = (meter->deadline_ms - meter->read_ms) / 2;
    budget_ms = half_ms < (double)COOP__BUDGET_MAX_MS ? (float)half_ms : COOP__BUDGET_MAX_MS;
    /* Shorten pseudo-randomly, by up to 7/61, or the same tasks would always have the last turn. */
    budget_ms *= 1 - (float)((meter->readings * 2654435769u) >> 29) / 61;
  }
  meter->budget_ms = meter->budget_left_ms = budget_ms;
}

void coop__meter_start(coop__meter *meter, const coop_host *host, double slice_ms) {
  meter->start_ms = meter->read_ms = now_ms(host);
  meter->deadline_ms = has_clock(host) ? meter->start_ms + slice_ms : (double)INFINITY;
  meter->unmoved_turns = 0;
  if (meter->minimum_charge_ms == 0) meter->minimum_charge_ms = COOP__BUDGET_MAX_MS; /* the first slice: one turn */
  set_budget(meter);
}

double coop__meter_stop(coop__meter *meter, const coop_host *host) {
  if (meter->turns != 0) meter->read_ms = now_ms(host);
  return meter->read_ms - meter->start_ms;
}

/*
 * Corrects the cost of a task by its last `turns` turns, which took `measured_ms` each on average. Returns by how much
 * that is more than they were charged.
 *
 * The first turns of a task are slow (its code and data are not cached, an engine has not compiled it), and with many
 * tasks each is seldom the last before a reading. So a cost of less than half the average is believed at once, unless
 * the clock stood still.
 */
static double learn(coop__cost *cost, uint32_t turns, float measured_ms, bool clock_moved) {
  const float before_ms = cost->turn_ms;
  const bool much_faster = clock_moved && measured_ms < before_ms / 2;
  const bool first = cost->turns == turns;
  const float weight = turns == 1 ? 0.25f : 0.5f;
  cost->turn_ms = first || much_faster ? measured_ms : before_ms + (measured_ms - before_ms) * weight;
  /* Busy time grows by what these turns took beyond the old average, and not by the change of the average. */
  const double correction_ms = turns * ((double)measured_ms - (double)before_ms);
  cost->busy_base_ms += correction_ms - (double)cost->turns * ((double)cost->turn_ms - (double)before_ms);
  return correction_ms;
}

/* Reads the clock. If it was set back, the slice keeps its length. */
static double read_clock(coop__meter *meter, const coop_host *host) {
  const double read_ms = now_ms(host);
  if (read_ms < meter->read_ms) {
    meter->start_ms -= meter->read_ms - read_ms;
    meter->deadline_ms -= meter->read_ms - read_ms;
    meter->read_ms = read_ms;
  }
  return read_ms;
}

void coop__meter_skip(coop__meter *meter, const coop_host *host) { meter->read_ms = read_clock(meter, host); }

bool coop__meter_has_passed(const coop_host *host, double moment_ms) { return now_ms(host) >= moment_ms; }

float coop__meter_read(coop__meter *meter, const coop_host *host, coop__cost *cost, uint32_t tasks, bool one_task) {
  meter->unmoved_turns += meter->turns;
  if (!has_clock(host)) { /* nothing to learn */
    set_budget(meter);
    return 0;
  }
  const double read_ms = read_clock(meter, host);
  const float elapsed_ms = (float)(read_ms - meter->read_ms);
  const float turns = (float)meter->turns;
  const float last_charge_ms = cost->turn_ms + meter->minimum_charge_ms;
  const float charged_ms = meter->budget_ms - meter->budget_left_ms;
  const float predicted_ms = charged_ms - turns * meter->minimum_charge_ms;
  meter->read_ms = read_ms;
  if (elapsed_ms > 0) meter->unmoved_turns = 0;

  /* Time beyond the prediction may be any task's: the last task takes its part of all charges. Time that was saved is
     credited by predicted cost. */
  const float excess_ms = elapsed_ms - predicted_ms;
  const float share = excess_ms > 0 ? last_charge_ms / charged_ms : cost->turn_ms / predicted_ms;
  const float part = cost->turns == 1 ? 1 : share;
  const float measured_ms = one_task ? elapsed_ms / turns : at_least(0, cost->turn_ms + excess_ms * part);
  meter->correction_ms = learn(cost, one_task ? meter->turns : 1, measured_ms, elapsed_ms > 0);
  float long_turn_ms = 0;
  if (meter->turns == 1) {
    if (measured_ms > cost->longest_turn_ms) cost->longest_turn_ms = measured_ms;
    long_turn_ms = measured_ms;
  } else if ((double)excess_ms > SUSPICIOUS_MS) {
    long_turn_ms = excess_ms;
    meter->probes = tasks < PROBES_MAX ? tasks : PROBES_MAX;
  }

  const float average_ms = at_least(meter->minimum_charge_ms / 2, elapsed_ms / turns);
  meter->minimum_charge_ms = at_most(COOP__BUDGET_MAX_MS, at_least(COOP__CHARGE_MIN_MS, average_ms));
  set_budget(meter);
  return long_turn_ms;
}
