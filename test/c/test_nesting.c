/* D5, D6, S8, S9: callbacks that fire Deferreds, and close functions that stop tasks, without end. */

#include <stdlib.h>

#include "fake_host.h"

enum { MANY = 50000, NESTED_MAX = 32 }; /* host.h has the latter */

/* How many calls of the callbacks and close functions of this file are on the stack. */
static unsigned depth, deepest;

static void enter(void) {
  depth++;
  if (depth > deepest) {
    deepest = depth;
  }
}

static void leave(void) { depth--; }

/* ---- Deferreds that fire each other ---- */

typedef struct row {
  coop_deferred **deferreds;
  size_t count, ran;
} row;

static row new_row(fake_host *host, size_t count) {
  row made = {.deferreds = malloc(count * sizeof(coop_deferred *)), .count = count};
  for (size_t i = 0; i < count; i++) {
    made.deferreds[i] = new_deferred(host);
  }
  depth = deepest = 0;
  return made;
}

static void drop_row(row *self) {
  for (size_t i = 0; i < self->count; i++) {
    coop_deferred_release(self->deferreds[i]);
  }
  free(self->deferreds);
}

static coop_result fire_next(fake_host *host, void *data, coop_result result) {
  (void)host;
  row *self = data;
  enter();
  if (++self->ran < self->count) {
    OK(coop_deferred_fire(self->deferreds[self->ran], result));
  }
  leave();
  return nothing();
}

/* As a lock does that is released in a callback. */
HOST_TEST(D6_fifty_thousand_Deferreds_that_fire_the_next_one_keep_the_stack_flat) {
  row waiters = new_row(host, MANY);
  for (size_t i = 0; i < MANY; i++) {
    OK(on_value(host, waiters.deferreds[i], NULL, fire_next, &waiters));
  }
  OK(coop_deferred_callback(waiters.deferreds[0], "x"));
  CHECK_EQUAL(waiters.ran, MANY);
  CHECK_EQUAL(deepest, NESTED_MAX);
  drop_row(&waiters);
}

HOST_TEST(D6_a_Deferred_that_is_fired_in_a_callback_has_run_when_the_call_returns) {
  row waiters = new_row(host, NESTED_MAX);
  for (size_t i = 0; i < waiters.count; i++) {
    OK(on_value(host, waiters.deferreds[i], NULL, fire_next, &waiters));
  }
  OK(coop_deferred_callback(waiters.deferreds[0], "x"));
  CHECK_EQUAL(waiters.ran, NESTED_MAX);
  CHECK_EQUAL(deepest, NESTED_MAX);
  drop_row(&waiters);
}

HOST_TEST(D6_without_a_struct_for_nesting_calls_nest_without_limit) {
  host->hooks.nesting = NULL;
  row waiters = new_row(host, 100);
  for (size_t i = 0; i < waiters.count; i++) {
    OK(on_value(host, waiters.deferreds[i], NULL, fire_next, &waiters));
  }
  OK(coop_deferred_callback(waiters.deferreds[0], "x"));
  CHECK_EQUAL(waiters.ran, 100);
  CHECK_EQUAL(deepest, 100);
  drop_row(&waiters);
}

/* Runs `act` in a callback at the depth from which on calls wait in the queue. */
typedef struct dive {
  void (*act)(fake_host *host, void *data);
  void *data;
  unsigned levels;
} dive;

static coop_result dive_on(fake_host *host, void *data, coop_result result) {
  dive *self = data;
  (void)result;
  if (--self->levels == 0) {
    self->act(host, self->data);
    host_log(host, "back");
    return nothing();
  }
  coop_deferred *next = new_deferred(host);
  OK(on_value(host, next, NULL, dive_on, self));
  OK(coop_deferred_callback(next, NULL));
  coop_deferred_release(next);
  return nothing();
}

static void act_deep(fake_host *host, void (*act)(fake_host *host, void *data), void *data) {
  dive self = {act, data, NESTED_MAX + 1};
  (void)dive_on(host, &self, nothing());
}

static void fire_both(fake_host *host, void *data) {
  coop_deferred **deferreds = data;
  OK(coop_deferred_callback(deferreds[0], "x"));
  OK(coop_deferred_callback(deferreds[1], "y"));
  CHECK(coop_deferred_called(deferreds[1]));
  CHECK_STATUS(coop_deferred_callback(deferreds[1], "z"), COOP_ALREADY_CALLED);
  watch(host, deferreds[0], "later"); /* goes to the end of a chain that has still to run */
}

HOST_TEST(D6_chains_that_would_be_nested_too_deeply_run_in_the_order_in_which_they_were_fired) {
  coop_deferred *deferreds[] = {new_deferred(host), new_deferred(host)};
  OK(on_value(host, deferreds[0], "first", return_value, "w"));
  watch(host, deferreds[1], "second");
  act_deep(host, fire_both, deferreds);
  EXPECT(host, "back, first x, later w, second y");
  coop_deferred_release(deferreds[0]);
  coop_deferred_release(deferreds[1]);
}

static void fire_and_release(fake_host *host, void *data) {
  (void)host;
  OK(coop_deferred_callback(data, "x"));
  coop_deferred_release(data);
}

HOST_TEST(D6_a_Deferred_whose_chain_has_still_to_run_may_be_released) {
  coop_deferred *deferred = new_deferred(host);
  watch(host, deferred, "it");
  act_deep(host, fire_and_release, deferred);
  EXPECT(host, "back, it x");
}

static coop_result fail_deep(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  return coop_wait_for(data);
}

static void fire_two_that_wait(fake_host *host, void *data) {
  (void)host;
  coop_deferred **deferreds = data;
  OK(coop_deferred_callback(deferreds[0], NULL));
  OK(coop_deferred_callback(deferreds[1], "y"));
}

HOST_TEST(D3_a_chain_takes_the_result_of_one_that_has_still_to_run) {
  coop_deferred *deferreds[] = {new_deferred(host), new_deferred(host)};
  OK(on_value(host, deferreds[0], NULL, fail_deep, deferreds[1]));
  watch(host, deferreds[0], "outer");
  OK(on_value(host, deferreds[1], "inner", return_value, "z"));
  act_deep(host, fire_two_that_wait, deferreds);
  EXPECT(host, "back, inner y, outer z");
  coop_deferred_release(deferreds[0]);
  coop_deferred_release(deferreds[1]);
}

/* ---- tasks that stop each other ---- */

static void stop_next(coop_task *task, worker *self) {
  (void)task;
  worker *next = self->data;
  enter();
  if (next != NULL) {
    OK(coop_task_stop(next->task));
    CHECK_EQUAL(coop_task_state(next->task), COOP_STATE_STOPPED);
  }
  leave();
}

static coop_result count_end(fake_host *host, void *data, coop_result result) {
  (void)host;
  CHECK_EQUAL(result.status, COOP_TASK_STOPPED);
  ++*(size_t *)data;
  return nothing();
}

HOST_TEST(S8_every_end_is_told_of_tasks_that_stop_the_next_one_in_their_close_functions) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker *workers = calloc(MANY, sizeof *workers);
  size_t ends = 0;
  depth = deepest = 0;
  for (size_t i = 0; i < MANY; i++) {
    workers[i].on_close = stop_next;
    workers[i].data = i + 1 < MANY ? &workers[i + 1] : NULL;
    worker_add(host, cooperator, &workers[i]);
    coop_deferred *done = NULL;
    OK(coop_task_when_done(workers[i].task, &done));
    OK(on_both(host, done, NULL, count_end, &ends));
    coop_deferred_release(done);
  }
  OK(coop_task_stop(workers[0].task));
  CHECK_EQUAL(ends, MANY);
  CHECK_EQUAL(deepest, NESTED_MAX);
  for (size_t i = 0; i < MANY; i++) {
    CHECK_EQUAL(workers[i].closes, 1);
    worker_drop(&workers[i]);
  }
  free(workers);
  EXPECT(host, "schedule, cancel");
  coop_cooperator_destroy(cooperator);
}

static void stop_two(fake_host *host, void *data) {
  worker *workers = data;
  OK(coop_task_stop(workers[0].task));
  OK(coop_task_stop(workers[1].task));
  CHECK_STATUS(coop_task_stop(workers[0].task), COOP_TASK_STOPPED);
  watch_task(host, workers[0].task, "late");
  worker_drop(&workers[0]);
}

HOST_TEST(S9_ends_that_would_be_nested_too_deeply_are_told_in_order_and_each_after_its_close_function) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .logs_close = true}, {.name = "B", .logs_close = true}};
  for (size_t i = 0; i < 2; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
  act_deep(host, stop_two, workers);
  EXPECT(host, "schedule, cancel, back, close A, close B, A TASK_STOPPED, late TASK_STOPPED, B TASK_STOPPED");
  worker_drop(&workers[1]);
  coop_cooperator_destroy(cooperator);
}

static void destroy(fake_host *host, void *data) {
  (void)host;
  coop_cooperator_destroy(data);
}

HOST_TEST(S10_a_cooperator_may_be_destroyed_before_the_ends_of_its_tasks_are_told) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .logs_close = true}, {.name = "B", .logs_close = true}};
  for (size_t i = 0; i < 2; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
    worker_drop(&workers[i]);
  }
  act_deep(host, destroy, cooperator);
  EXPECT(host, "schedule, cancel, back, close A, close B, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
}

static coop_turn stop_itself(coop_task *task, worker *self) {
  OK(coop_task_stop(task));
  host_log(self->host, "rest of the turn");
  return COOP_MORE;
}

static void run_slice(fake_host *host, void *data) {
  (void)data;
  host_pump(host);
}

HOST_TEST(J6_a_task_that_stops_itself_in_a_nested_slice_is_closed_after_its_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = stop_itself, .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "A");
  act_deep(host, run_slice, NULL);
  EXPECT(host, "schedule, A1, rest of the turn, back, close A, A TASK_STOPPED");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static void log_close(coop_task *task, void *state) {
  (void)task;
  host_log(state, "close");
}

static void stop_suspended(fake_host *host, void *data) {
  coop_cooperator *cooperator = data;
  OK(coop_task_stop(coop_cooperator_turning(cooperator)));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT(host, "schedule");
}

HOST_TEST(S12_the_end_of_a_suspended_turn_leaves_an_end_that_waits_in_the_queue_there) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  OK(coop_cooperate(cooperator, (coop_iterator){.state = host, .close = log_close}, NULL));
  host->pendings = 0;
  CHECK(coop_cooperator_begin_slice(cooperator) != NULL);
  coop_cooperator_suspend_turn(cooperator);
  act_deep(host, stop_suspended, cooperator);
  EXPECT(host, "back, close");
  coop_cooperator_destroy(cooperator);
}

static coop_turn clean_up(coop_task *task, void *state, bool last) {
  (void)task;
  host_log(state, last ? "stop last" : "stop");
  return COOP_DONE;
}

static void stop_and_destroy(fake_host *host, void *data) {
  coop_cooperator *cooperator = data;
  OK(coop_task_stop(coop_cooperator_first_task(cooperator)));
  EXPECT(host, "schedule, cancel");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J3_a_clean_up_that_waits_in_the_queue_begins_once_if_the_cooperator_is_destroyed_meanwhile) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  OK(coop_cooperate(cooperator, (coop_iterator){.state = host, .stop = clean_up, .close = log_close}, NULL));
  act_deep(host, stop_and_destroy, cooperator);
  EXPECT(host, "back, stop last, close");
}

static void fire_one(fake_host *host, void *data) {
  (void)host;
  OK(coop_deferred_callback(data, "x"));
}

HOST_TEST(D6_after_deep_nesting_chains_run_at_once_again) {
  coop_deferred *deep = new_deferred(host), *flat = new_deferred(host);
  watch(host, deep, "deep");
  watch(host, flat, "flat");
  act_deep(host, fire_one, deep);
  EXPECT(host, "back, deep x");
  OK(coop_deferred_callback(flat, "y"));
  EXPECT(host, "flat y");
  coop_deferred_release(deep);
  coop_deferred_release(flat);
}
