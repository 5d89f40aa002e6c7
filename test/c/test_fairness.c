/* S13 and S15: fairness by time, and slices on a clock that stands still. The fake clock moves only in turns. */

#include <math.h>

#include "fake_host.h"

enum { TASKS_MAX = 8 };

static coop_cooperator *new_fair(fake_host *host, double slice_ms, double quantum_ms) {
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {
      .slice_ms = slice_ms, .fairness = COOP_FAIR_BY_TIME, .quantum_ms = quantum_ms};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  return cooperator;
}

/* A task that spends the same time in each turn. */
typedef struct spender {
  fake_host *host;
  double turn_ms, share;
  double spent_ms;
  unsigned turns, until;
  bool comes_back;         /* pauses and resumes itself in each turn */
  coop_cooperator *paused; /* paused in turn `pauses_in` */
  unsigned pauses_in;
  coop_task *task;
} spender;

static coop_turn spend(coop_task *task, void *state) {
  spender *self = state;
  if (self->comes_back) {
    OK(coop_task_pause(task));
    OK(coop_task_resume(task));
  }
  if (self->paused != NULL && self->turns + 1 == self->pauses_in) OK(coop_cooperator_pause(self->paused));
  self->host->now_ms += self->turn_ms;
  self->spent_ms += self->turn_ms;
  return ++self->turns == self->until ? COOP_DONE : COOP_MORE;
}

static void add(fake_host *host, coop_cooperator *cooperator, spender *self) {
  self->host = host;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = spend, .state = self, .share = self->share}, &self->task));
}

/* Runs slices until the clock has moved by `ms`. */
static void run_for(fake_host *host, double ms) {
  const double end_ms = host->now_ms + ms;
  while (host->now_ms < end_ms && host_pump(host) != 0) host_forget(host);
}

static void finish(fake_host *host, coop_cooperator *cooperator, spender *spenders, size_t count) {
  coop_cooperator_destroy(cooperator);
  for (size_t i = 0; i < count; i++) coop_task_release(spenders[i].task);
  host_forget(host);
}

HOST_TEST(S11_S13_a_pause_in_a_turn_ends_a_slice_that_is_fair_by_time) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender spenders[] = {{.turn_ms = 0.25, .paused = cooperator, .pauses_in = 2}, {.turn_ms = 0.25}};
  for (size_t i = 0; i < 2; i++) add(host, cooperator, &spenders[i]);
  host_pump(host);
  CHECK_EQUAL(spenders[0].turns, 2);
  CHECK_EQUAL(spenders[1].turns, 0);
  CHECK_EQUAL(host->pendings, 0);
  OK(coop_cooperator_resume(cooperator));
  run_for(host, 100);
  CHECK(fabs(spenders[0].spent_ms - spenders[1].spent_ms) <= 1.25);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_tasks_get_equal_time_whatever_their_turns_cost) {
  coop_cooperator *cooperator = new_fair(host, 10, 0);
  spender spenders[] = {{.turn_ms = 0.001}, {.turn_ms = 0.05}, {.turn_ms = 2}, {.turn_ms = 20}};
  for (size_t i = 0; i < 4; i++) add(host, cooperator, &spenders[i]);
  run_for(host, 4000);
  for (size_t i = 0; i < 4; i++) CHECK(fabs(spenders[i].spent_ms - 1000) < 21);
  finish(host, cooperator, spenders, 4);
}

HOST_TEST(S13_time_is_in_proportion_to_shares_from_a_thousandth) {
  coop_cooperator *cooperator = new_fair(host, 10, 0);
  spender spenders[] = {{.turn_ms = 0.05, .share = 1},
                        {.turn_ms = 0.002, .share = 2.5},
                        {.turn_ms = 2, .share = 4},
                        {.turn_ms = 0.01, .share = COOP_SHARE_MIN}};
  for (size_t i = 0; i < 4; i++) add(host, cooperator, &spenders[i]);
  const double start_ms = host->now_ms;
  run_for(host, 7501);
  for (size_t i = 0; i < 4; i++) {
    const double fair_ms = (host->now_ms - start_ms) * spenders[i].share / (1 + 2.5 + 4 + COOP_SHARE_MIN);
    CHECK(fabs(spenders[i].spent_ms - fair_ms) < spenders[i].share + spenders[i].turn_ms); /* the quantum is 1 ms */
  }
  finish(host, cooperator, spenders, 4);
}

HOST_TEST(S13_none_is_ever_behind_by_more_than_a_quantum_and_its_longest_turn) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender spenders[] = {{.turn_ms = 0.25}, {.turn_ms = 3}, {.turn_ms = 0.5}};
  for (size_t i = 0; i < 3; i++) add(host, cooperator, &spenders[i]);
  const double start_ms = host->now_ms;
  for (int slice = 0; slice < 100; slice++) {
    CHECK_EQUAL(host_pump(host), 1);
    const double fair_ms = (host->now_ms - start_ms) / 3;
    for (size_t i = 0; i < 3; i++) CHECK(spenders[i].spent_ms > fair_ms - 1 - spenders[i].turn_ms);
    host_forget(host);
  }
  finish(host, cooperator, spenders, 3);
}

HOST_TEST(S13_a_row_of_turns_lasts_as_long_as_the_quantum) {
  coop_cooperator *cooperator = new_fair(host, 100, 2);
  spender spenders[] = {{.turn_ms = 0.5}, {.turn_ms = 1}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  run_for(host, 1);
  CHECK_EQUAL(spenders[0].turns + spenders[1].turns, 150);
  CHECK_EQUAL(spenders[0].turns, 100);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_the_first_row_of_turns_lasts_as_long_as_the_others) {
  coop_cooperator *cooperator = new_fair(host, 1, 0.25);
  spender spenders[] = {{.turn_ms = 0.25}, {.turn_ms = 0.25}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  CHECK_EQUAL(host_pump(host), 1);
  CHECK_EQUAL(spenders[0].turns, 2);
  CHECK_EQUAL(spenders[1].turns, 2);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_a_task_that_leaves_the_queue_and_comes_back_in_its_turn_pays_with_its_credit_first) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender spenders[] = {{.turn_ms = 1, .comes_back = true}, {.turn_ms = 1}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  run_for(host, 20);
  CHECK_EQUAL(spenders[0].turns, 10);
  CHECK_EQUAL(spenders[1].turns, 10);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_two_tasks_with_tiny_shares_and_large_debts_are_served_at_once) {
  coop_cooperator *cooperator = new_fair(host, 10, 0.01);
  spender spenders[] = {{.turn_ms = 1000, .share = COOP_SHARE_MIN}, {.turn_ms = 1000, .share = COOP_SHARE_MIN}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  run_for(host, 100000);
  CHECK_EQUAL(spenders[0].turns, 50);
  CHECK_EQUAL(spenders[1].turns, 50);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_the_smallest_quantum_is_fair) {
  coop_cooperator *cooperator = new_fair(host, 10, 5e-324);
  spender spenders[] = {{.turn_ms = 0.25}, {.turn_ms = 1, .share = COOP_SHARE_MIN}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  run_for(host, 2000);
  CHECK(spenders[0].turns > 100);
  CHECK(spenders[1].turns >= 1 && spenders[1].turns <= 3);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_a_debt_is_forgotten_when_the_queue_was_empty) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender heavy = {.turn_ms = 100}, light = {.turn_ms = 1};
  add(host, cooperator, &light);
  add(host, cooperator, &heavy);
  while (heavy.turns == 0) CHECK_EQUAL(host_pump(host), 1); /* it owes 99 ms */
  OK(coop_task_pause(heavy.task));
  OK(coop_task_pause(light.task));
  OK(coop_task_resume(light.task));
  OK(coop_task_resume(heavy.task));
  heavy.turn_ms = 1;
  run_for(host, 20);
  CHECK(heavy.turns > 8);
  coop_cooperator_destroy(cooperator);
  coop_task_release(heavy.task);
  coop_task_release(light.task);
  host_forget(host);
}

HOST_TEST(S13_a_task_that_leaves_the_queue_keeps_what_it_owes) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender heavy = {.turn_ms = 100}, light = {.turn_ms = 1};
  add(host, cooperator, &light);
  add(host, cooperator, &heavy);
  while (heavy.turns == 0) CHECK_EQUAL(host_pump(host), 1);
  OK(coop_task_pause(heavy.task));
  OK(coop_task_resume(heavy.task));
  run_for(host, 80);
  CHECK_EQUAL(heavy.turns, 1);
  run_for(host, 40);
  CHECK_EQUAL(heavy.turns, 2);
  coop_cooperator_destroy(cooperator);
  coop_task_release(heavy.task);
  coop_task_release(light.task);
  host_forget(host);
}

HOST_TEST(S13_a_debt_is_limited_to_a_quarter_of_a_second) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender heavy = {.turn_ms = 100000}, light = {.turn_ms = 1};
  add(host, cooperator, &light);
  add(host, cooperator, &heavy);
  while (heavy.turns == 0) CHECK_EQUAL(host_pump(host), 1);
  run_for(host, 240);
  CHECK_EQUAL(heavy.turns, 1);
  run_for(host, 20);
  CHECK_EQUAL(heavy.turns, 2);
  coop_cooperator_destroy(cooperator);
  coop_task_release(heavy.task);
  coop_task_release(light.task);
  host_forget(host);
}

/* A task that goes to the end of the queue after each turn, because it waits for what is there already. */
static coop_turn spend_and_wait(coop_task *task, void *state) {
  (void)spend(task, state);
  coop_task_wake(task);
  return COOP_WAIT;
}

HOST_TEST(S13_a_task_that_waits_for_what_is_there_gets_its_part_beside_one_with_long_turns) {
  coop_cooperator *cooperator = new_fair(host, 10, 1);
  spender waiting = {.host = host, .turn_ms = 1}, heavy = {.turn_ms = 20};
  OK(coop_cooperate(cooperator, (coop_iterator){.step = spend_and_wait, .state = &waiting}, &waiting.task));
  add(host, cooperator, &heavy);
  run_for(host, 1000);
  CHECK(fabs(waiting.spent_ms - heavy.spent_ms) <= 21);
  coop_cooperator_destroy(cooperator);
  coop_task_release(waiting.task);
  coop_task_release(heavy.task);
  host_forget(host);
}

/* A task whose last turn is long and ends in a wait. */
static coop_turn spend_long_and_wait(coop_task *task, void *state) {
  spender *self = state;
  const bool last = self->turns == 24;
  if (last) self->turn_ms = 50;
  (void)spend(task, state);
  return last ? COOP_WAIT : COOP_MORE;
}

HOST_TEST(S13_the_long_turn_of_a_task_that_waits_is_not_charged_to_the_one_that_is_left) {
  coop_cooperator *cooperator = new_fair(host, 1000, 0.01);
  spender waiting = {.host = host, .turn_ms = 0.001}, other = {.turn_ms = 0.001, .until = 1000};
  OK(coop_cooperate(cooperator, (coop_iterator){.step = spend_long_and_wait, .state = &waiting}, &waiting.task));
  add(host, cooperator, &other);
  run_for(host, 51);
  coop_task_stats stats;
  coop_task_get_stats(other.task, &stats);
  CHECK(stats.busy_ms < 30);
  coop_cooperator_destroy(cooperator);
  coop_task_release(waiting.task);
  coop_task_release(other.task);
  host_forget(host);
}

static coop_status two_turns(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->turns = 2;
  return COOP_OK;
}

HOST_TEST(S13_a_slice_with_a_number_of_turns_is_fair_by_turns) {
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {.fairness = COOP_FAIR_BY_TIME, .predicate_factory = two_turns};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  spender spenders[] = {{.turn_ms = 0.5}, {.turn_ms = 10}};
  add(host, cooperator, &spenders[0]);
  add(host, cooperator, &spenders[1]);
  run_for(host, 105);
  CHECK_EQUAL(spenders[0].turns, 10);
  CHECK_EQUAL(spenders[1].turns, 10);
  finish(host, cooperator, spenders, 2);
}

HOST_TEST(S13_by_turns_a_share_below_a_turn_counts_as_one) {
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {.fairness = COOP_FAIR_BY_TIME, .predicate_factory = two_turns};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  spender spenders[] = {{.turn_ms = 1, .share = 0.5}, {.turn_ms = 1, .share = 2.5}, {.turn_ms = 1}};
  for (size_t i = 0; i < 3; i++) add(host, cooperator, &spenders[i]);
  run_for(host, 50);
  CHECK_EQUAL(spenders[0].turns, 10);
  CHECK_EQUAL(spenders[1].turns, 30);
  CHECK_EQUAL(spenders[2].turns, 10);
  finish(host, cooperator, spenders, 3);
}

HOST_TEST(S13_without_a_clock_turns_are_fair_by_turns) {
  host->hooks.now_ms = NULL;
  coop_cooperator *cooperator = new_fair(host, 10, 0);
  spender spenders[] = {{.until = 5}, {.until = 5}, {.until = 5}};
  for (size_t i = 0; i < 3; i++) add(host, cooperator, &spenders[i]);
  CHECK_EQUAL(host_pump(host), 1);
  for (size_t i = 0; i < 3; i++) CHECK_EQUAL(spenders[i].turns, 5);
  finish(host, cooperator, spenders, 3);
}

HOST_TEST(S13_a_share_out_of_range_is_refused) {
  static const double by_time[] = {-1, 0.0009, 4294967296.0, (double)NAN, (double)INFINITY};
  static const double by_turns[] = {-1, 0.5, 1.5, 4294967296.0, (double)NAN};
  coop_cooperator *time = new_fair(host, 10, 0), *turns = new_cooperator(host, 0);
  spender self = {.turn_ms = 1};
  for (size_t i = 0; i < 5; i++) {
    const coop_iterator iterator = {.step = spend, .state = &self, .share = by_time[i]};
    CHECK_STATUS(coop_cooperate(time, iterator, NULL), COOP_INVALID_ARGUMENT);
    const coop_iterator other = {.step = spend, .state = &self, .share = by_turns[i]};
    CHECK_STATUS(coop_cooperate(turns, other, NULL), COOP_INVALID_ARGUMENT);
  }
  EXPECT_NOTHING(host);
  coop_cooperator_destroy(time);
  coop_cooperator_destroy(turns);
}

HOST_TEST(S13_a_quantum_that_is_no_duration_is_refused) {
  static const double wrong[] = {-1, (double)NAN, (double)INFINITY};
  for (size_t i = 0; i < 3; i++) {
    coop_cooperator *cooperator = NULL;
    const coop_cooperator_options options = {.fairness = COOP_FAIR_BY_TIME, .quantum_ms = wrong[i]};
    CHECK_STATUS(coop_cooperator_create(&host->hooks, &options, &cooperator), COOP_INVALID_ARGUMENT);
    CHECK(cooperator == NULL);
  }
}

HOST_TEST(S15_a_slice_ends_although_the_clock_stands_still) {
  for (int fairness = COOP_FAIR_BY_TURNS; fairness <= COOP_FAIR_BY_TIME; fairness++) {
    coop_cooperator *cooperator = NULL;
    const coop_cooperator_options options = {.fairness = (coop_fairness)fairness};
    OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
    spender spenders[] = {{.turn_ms = 0}, {.turn_ms = 0}};
    add(host, cooperator, &spenders[0]);
    add(host, cooperator, &spenders[1]);
    for (unsigned slice = 1; slice <= 3; slice++) {
      CHECK_EQUAL(host_pump(host), 1);
      const unsigned turns = spenders[0].turns + spenders[1].turns;
      CHECK(turns >= slice * 65536 && turns < slice * (65536 + 64));
    }
    finish(host, cooperator, spenders, 2);
  }
}

HOST_TEST(S15_a_slice_ends_although_there_is_no_clock) {
  host->hooks.now_ms = NULL;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  spender self = {.turn_ms = 0};
  add(host, cooperator, &self);
  CHECK_EQUAL(host_pump(host), 1);
  CHECK(self.turns >= 65536 && self.turns < 65536 + 64);
  finish(host, cooperator, &self, 1);
}
