/* Edge cases: arguments out of range, missing hooks, unusual moments. */

#include <float.h>
#include <math.h>

#include "fake_host.h"

static char boom[] = "boom";

/* ---- arguments ---- */

HOST_TEST(creating_a_deferred_needs_a_host_an_allocator_and_out) {
  coop_deferred *d = NULL;
  coop_host no_memory = host->hooks;
  no_memory.allocate = NULL;
  CHECK_STATUS(coop_deferred_create(NULL, NULL, NULL, &d), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_create(&no_memory, NULL, NULL, &d), COOP_INVALID_ARGUMENT);
  no_memory = host->hooks;
  no_memory.free = NULL;
  CHECK_STATUS(coop_deferred_create(&no_memory, NULL, NULL, &d), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_create(&host->hooks, NULL, NULL, NULL), COOP_INVALID_ARGUMENT);
  CHECK(d == NULL);
}

static coop_status never_later(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  *(coop_timeout **)context = timeout;
  return COOP_OK;
}

HOST_TEST(D4_a_timeout_needs_a_clock_and_a_finite_delay_of_0_or_more) {
  coop_timeout *timeout = NULL;
  coop_deferred *d = new_deferred(host);
  const coop_clock clock = {.context = &timeout, .call_later = never_later};
  const double wrong[] = {-1, NAN, INFINITY};
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(coop_deferred_add_timeout(d, wrong[i], &clock), COOP_INVALID_ARGUMENT);
  }
  CHECK_STATUS(coop_deferred_add_timeout(NULL, 1, &clock), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_timeout(d, 1, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_timeout(d, 1, &(coop_clock){0}), COOP_INVALID_ARGUMENT);
  CHECK(timeout == NULL);
  OK(coop_deferred_add_timeout(d, DBL_MAX, &clock));
  OK(coop_deferred_callback(d, NULL)); /* this clock cannot cancel */
  CHECK(timeout != NULL);
  coop_deferred_release(d);
}

HOST_TEST(wake_destroy_and_should_yield_accept_NULL) {
  (void)host;
  coop_task_wake(NULL);
  coop_cooperator_destroy(NULL);
  CHECK(coop_cooperator_should_yield(NULL));
}

/* ---- missing hooks ---- */

static coop_turn fail(coop_task *task, worker *self) {
  if (self->data != NULL) OK(coop_task_stop(task));
  coop_task_set_failure(task, failure(boom));
  return COOP_FAILED;
}

HOST_TEST(D7_without_an_unhandled_hook_failures_are_dropped) {
  host->hooks.unhandled = NULL;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail}, b = {.name = "B", .work = fail, .data = boom};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  worker_drop(&a);
  worker_drop(&b);
  EXPECT(host, "schedule, A1, B1");
  coop_cooperator_destroy(cooperator);
}

/* ---- values with another owner ---- */

static coop_turn fail_as_cancelled(coop_task *task, worker *self) {
  (void)self;
  coop_task_set_failure(task, (coop_failure){COOP_CANCELLED, boom});
  return COOP_FAILED;
}

HOST_TEST(a_task_outcome_that_is_replaced_in_a_chain_is_not_released) {
  host_watch_release(host);
  coop_timeout *timeout = NULL;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.work = fail_as_cancelled};
  coop_deferred *late = NULL, *refused = NULL, *target = new_deferred(host);
  OK(coop_deferred_callback(target, NULL));
  worker_add(host, cooperator, &a);
  OK(coop_task_when_done(a.task, &late));
  OK(coop_task_when_done(a.task, &refused));
  OK(coop_deferred_pause(late));
  OK(coop_deferred_add_timeout(late, 1, &(coop_clock){.context = &timeout, .call_later = never_later}));
  watch(host, late, "late");
  OK(coop_deferred_chain(refused, target));
  watch(host, refused, "refused");
  host_pump(host);
  EXPECT(host, "schedule, refused ALREADY_CALLED");
  coop_timeout_fire(timeout, NULL);
  OK(coop_deferred_unpause(late));
  EXPECT(host, "late TIMED_OUT");
  coop_deferred_release(late);
  coop_deferred_release(refused);
  coop_deferred_release(target);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

/* ---- waiting ---- */

static coop_turn wait_for_two(coop_task *task, worker *self) {
  coop_deferred **both = self->data;
  if (self->turns > 2) return COOP_DONE;
  OK(coop_task_await(task, both[self->turns - 1]));
  return COOP_WAIT;
}

HOST_TEST(D7_a_failure_that_the_task_no_longer_awaits_is_unhandled) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *both[] = {new_deferred(host), new_deferred(host)};
  worker a = {.name = "A", .work = wait_for_two, .data = both};
  worker_add(host, cooperator, &a);
  host_pump(host);
  coop_task_wake(a.task); /* not by the Deferred: the task now awaits the second one */
  host_pump(host);
  OK(coop_deferred_errback(both[0], failure(boom)));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  coop_deferred_release(both[0]);
  EXPECT(host, "schedule, A1, schedule, A2, unhandled FAILURE boom");
  OK(coop_deferred_callback(both[1], boom));
  CHECK_RESULT(coop_task_awaited(a.task), "boom");
  host_pump(host);
  coop_task_wake(a.task);
  EXPECT(host, "schedule, A3");
  coop_deferred_release(both[1]);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_task_that_awaits_a_deferred_twice_is_woken_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *both[] = {new_deferred(host), new_deferred(host)};
  worker a = {.name = "A", .work = wait_for_two, .data = both};
  worker_add(host, cooperator, &a);
  host_pump(host);
  OK(coop_task_await(a.task, both[0]));
  OK(coop_deferred_callback(both[0], boom));
  CHECK_RESULT(coop_task_awaited(a.task), "boom");
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, A1, schedule, cancel");
  coop_deferred_release(both[0]);
  coop_deferred_release(both[1]);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

/* ---- slices ---- */

static coop_status schedule_and_fail(void *context, coop_cooperator *cooperator) {
  fake_host *host = context;
  host_log(host, "schedule");
  if (++host->schedules == 1) coop_cooperator_run_slice(cooperator);
  return COOP_HOST_FAILED;
}

HOST_TEST(J7_a_scheduler_that_runs_the_slice_and_then_fails_gets_another_request) {
  host->hooks.schedule = schedule_and_fail;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 3};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule, A1, schedule");
  OK(coop_cooperator_start(cooperator));
  EXPECT(host, "schedule");
  coop_cooperator_destroy(cooperator);
  worker_drop(&a);
}

static coop_status run_slice_and_fail_once(void *context, coop_cooperator *cooperator) {
  fake_host *host = context;
  host_log(host, "schedule");
  if (++host->schedules > 1) return COOP_OK;
  coop_cooperator_run_slice(cooperator); /* requests the next slice */
  return COOP_HOST_FAILED;
}

HOST_TEST(J7_a_scheduler_that_fails_does_not_withdraw_the_slice_that_was_requested_meanwhile) {
  host->hooks.schedule = run_slice_and_fail_once;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 2}, b = {.name = "B", .until = 1};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule, A1, schedule");
  worker_add(host, cooperator, &b);
  EXPECT_NOTHING(host);
  for (int slice = 0; slice < 2; slice++) coop_cooperator_run_slice(cooperator);
  EXPECT(host, "A2, schedule, B1");
  coop_cooperator_destroy(cooperator);
  worker_drop(&a);
  worker_drop(&b);
}

static void destroy_again(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
}

HOST_TEST(J6_destroy_inside_destroy_does_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true, .on_close = destroy_again};
  worker_add(host, cooperator, &a);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, cancel, close A");
  worker_drop(&a);
}

static coop_status set_limit_without_meaning(void *context, coop_slice_limit *limit) {
  const int *which = context;
  if (*which == 0) limit->ms = NAN;
  if (*which == 1) limit->ask = true;
  if (*which == 2) limit->hint = true;
  return *which == 3 ? COOP_HOST_FAILED : COOP_OK;
}

HOST_TEST(J7_a_limit_without_meaning_makes_slices_of_one_turn) {
  int which = 0;
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(
      &host->hooks, &(coop_cooperator_options){.predicate_factory = set_limit_without_meaning, .context = &which},
      &cooperator));
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule");
  for (; which < 4; which++) {
    host_pump(host);
    CHECK_EQUAL(a.turns, which + 1);
  }
  host_forget(host);
  coop_cooperator_destroy(cooperator);
  host_forget(host);
  worker_drop(&a);
}

typedef struct limiter {
  coop_slice_limit limit;
  bool over;
  unsigned calls;
} limiter;

static coop_status set_limit(void *context, coop_slice_limit *limit) {
  *limit = ((limiter *)context)->limit;
  return COOP_OK;
}

static bool count_call(void *context) {
  limiter *self = context;
  self->calls++;
  return self->over;
}

static coop_turn log_should_yield(coop_task *task, worker *self) {
  (void)task;
  host_log(self->host, coop_cooperator_should_yield(self->cooperator) ? "yield" : "continue");
  return self->turns % 3 == 0 ? COOP_DONE : COOP_MORE;
}

static void check_should_yield(fake_host *host, limiter *self, const char *events) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(
      &host->hooks,
      &(coop_cooperator_options){.predicate_factory = set_limit, .predicate = count_call, .context = self},
      &cooperator));
  worker a = {.name = "A", .work = log_should_yield};
  worker_add(host, cooperator, &a);
  host_pump(host);
  CHECK(coop_cooperator_should_yield(cooperator)); /* outside a slice, its limit is reached */
  host_pump_all(host, 5);
  EXPECT(host, events);
  coop_cooperator_destroy(cooperator);
  worker_drop(&a);
}

HOST_TEST(should_yield_follows_the_limits_of_the_slice) {
  limiter by_turns = {.limit = {.ms = INFINITY, .turns = 2}};
  check_should_yield(host, &by_turns, "schedule, A1, continue, A2, yield, schedule, A3, continue");
  CHECK_EQUAL(by_turns.calls, 0);
  limiter by_predicate = {.limit = {.ms = INFINITY, .ask = true}};
  check_should_yield(host, &by_predicate, "schedule, A1, continue, A2, continue, A3, continue");
  limiter at_once = {.limit = {.ms = INFINITY, .ask = true}, .over = true};
  check_should_yield(host, &at_once, "schedule, A1, yield, schedule, A2, yield, schedule, A3, yield");
  limiter turns_and_predicate = {.limit = {.ms = INFINITY, .turns = 2, .ask = true}, .over = true};
  check_should_yield(host, &turns_and_predicate, "schedule, A1, yield, schedule, A2, yield, schedule, A3, yield");
}

HOST_TEST(a_task_without_turns_has_empty_statistics) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  coop_task_stats stats;
  coop_task_get_stats(a.task, &stats);
  CHECK(stats.turns == 0 && stats.busy_ms == 0 && stats.longest_turn_ms == 0);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, cancel");
  worker_drop(&a);
}
