/*
 * A million tasks. Nothing is timed: an operation that walks over the other tasks would need a trillion steps here, and
 * the test would not end.
 */

#include <stdlib.h>

#include "fake_host.h"

enum { MANY = 1000000 };

/* A pseudo-random permutation: the factor is coprime to MANY. */
static size_t scattered(size_t i) { return (size_t)(((uint64_t)i * 611953 + 17) % MANY); }

static coop_turn count_turn(coop_task *task, void *state) {
  (void)task;
  ++*(size_t *)state;
  return COOP_MORE;
}

static coop_turn count_last_turn(coop_task *task, void *state) {
  (void)task;
  ++*(size_t *)state;
  return COOP_DONE;
}

static coop_turn wait_for_wake(coop_task *task, void *state) {
  (void)task;
  ++*(size_t *)state;
  return COOP_WAIT;
}

static coop_task **add_many(coop_cooperator *cooperator, coop_step_fn step, size_t *turns) {
  coop_task **tasks = malloc(MANY * sizeof *tasks);
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_cooperate(cooperator, (coop_iterator){.step = step, .state = turns}, &tasks[i]));
  }
  return tasks;
}

static void release_many(coop_task **tasks) {
  for (size_t i = 0; i < MANY; i++) {
    coop_task_release(tasks[i]);
  }
  free(tasks);
}

HOST_TEST(S2_a_million_tasks_take_turns_and_finish) {
  host->ms_a_reading = 1e-6; /* a clock that stood still would end the slice (S15) */
  coop_cooperator *cooperator = new_cooperator(host, 0);
  size_t turns = 0;
  size_t before = host->bytes;
  coop_task **tasks = add_many(cooperator, count_last_turn, &turns);
  if (sizeof(void *) == 4) {
    CHECK((host->bytes - before) / MANY <= 120);
  }
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(turns, MANY);
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  release_many(tasks);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_a_million_tasks_can_be_paused_resumed_and_stopped_in_any_order) {
  coop_cooperator *cooperator = new_cooperator(host, MANY);
  size_t turns = 0;
  coop_task **tasks = add_many(cooperator, count_turn, &turns);
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_task_pause(tasks[scattered(i)]));
  }
  EXPECT(host, "schedule, cancel");
  for (size_t i = MANY; i-- > 0;) {
    OK(coop_task_resume(tasks[scattered(i)]));
  }
  host_pump(host);
  EXPECT(host, "schedule, schedule");
  CHECK_EQUAL(turns, MANY);
  for (size_t i = 0; i < MANY; i++) {
    coop_task_stats stats;
    coop_task_get_stats(tasks[i], &stats);
    CHECK_EQUAL(stats.turns, 1);
  }
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_task_stop(tasks[scattered(i)]));
  }
  EXPECT(host, "cancel");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  release_many(tasks);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_million_tasks_wait_and_are_woken) {
  host->ms_a_reading = 1e-6; /* a clock that stood still would end the slice (S15) */
  coop_cooperator *cooperator = new_cooperator(host, 0);
  size_t turns = 0;
  coop_task **tasks = add_many(cooperator, wait_for_wake, &turns);
  host_pump(host);
  EXPECT(host, "schedule");
  for (size_t i = 0; i < MANY; i++) {
    coop_task_wake(tasks[scattered(i)]);
  }
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(turns, 2 * MANY);
  OK(coop_cooperator_stop(cooperator));
  CHECK_EQUAL(coop_task_state(tasks[MANY / 2]), COOP_STATE_STOPPED);
  release_many(tasks);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_stop_finishes_a_million_tasks) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  size_t turns = 0;
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_cooperate(cooperator, (coop_iterator){.step = count_turn, .state = &turns}, NULL));
  }
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel");
  CHECK_EQUAL(host->blocks, 1);
  coop_cooperator_destroy(cooperator);
  CHECK_EQUAL(turns, 0);
}

HOST_TEST(S8_a_task_fires_100000_when_done_deferreds) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.until = 1};
  worker_add(host, cooperator, &a);
  enum { ASKED = 100000 };
  for (size_t i = 0; i < ASKED; i++) {
    coop_deferred *done = NULL;
    OK(coop_task_when_done(a.task, &done));
    OK(on_both(host, done, NULL, return_nothing, NULL));
    coop_deferred_release(done);
  }
  CHECK_EQUAL(host->contexts, ASKED);
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(host->contexts, 0);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_data(coop_task *task, worker *self) {
  if (self->turns == self->until) {
    return COOP_DONE;
  }
  OK(coop_task_await(task, self->data));
  return COOP_WAIT;
}

HOST_TEST(S2_awaiting_a_fired_deferred_250000_times_leaks_nothing) {
  host->ms_a_reading = 1e-6; /* a clock that stood still would end the slice (S15) */
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *fired = new_deferred(host);
  OK(coop_deferred_callback(fired, NULL));
  worker workers[] = {{.until = MANY / 4, .work = await_data, .data = fired}, {.until = MANY / 4}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  size_t blocks = host->blocks;
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(workers[0].turns, MANY / 4);
  CHECK_EQUAL(workers[1].turns, MANY / 4);
  CHECK(host->blocks <= blocks);
  worker_drop(&workers[0]);
  worker_drop(&workers[1]);
  coop_deferred_release(fired);
  coop_cooperator_destroy(cooperator);
}
