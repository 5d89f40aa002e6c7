/* What the other tests come by only now and then: arguments out of range, hooks that are not there, odd moments. */

#include <float.h>
#include <math.h>

#include "fake_host.h"

static char boom[] = "boom";

/* ---- arguments ---- */

HOST_TEST(a_deferred_needs_a_host_an_allocator_and_a_place) {
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

HOST_TEST(D4_a_timeout_needs_a_clock_and_a_finite_delay_that_is_not_negative) {
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
  OK(coop_deferred_callback(d, NULL)); /* a clock that cannot take calls back is not asked to */
  CHECK(timeout != NULL);
  coop_deferred_release(d);
}

HOST_TEST(nothing_is_a_task_that_can_be_woken_and_a_cooperator_that_can_be_destroyed) {
  (void)host;
  coop_task_wake(NULL);
  coop_cooperator_destroy(NULL);
  CHECK(coop_cooperator_should_yield(NULL));
}

/* ---- hooks that are not there ---- */

static coop_turn fail(coop_task *task, worker *self) {
  if (self->data != NULL) OK(coop_task_stop(task));
  coop_task_set_failure(task, failure(boom));
  return COOP_FAILED;
}

HOST_TEST(D7_a_host_that_does_not_want_to_hear_of_failures_is_not_told) {
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

/* ---- values that stay their owner's ---- */

static coop_turn fail_as_cancelled(coop_task *task, worker *self) {
  (void)self;
  coop_task_set_failure(task, (coop_failure){COOP_CANCELLED, boom});
  return COOP_FAILED;
}

HOST_TEST(a_tasks_outcome_is_not_released_where_a_timeout_or_a_refused_firing_takes_its_place) {
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

/* ---- waits ---- */

static coop_turn wait_for_two(coop_task *task, worker *self) {
  coop_deferred **both = self->data;
  if (self->turns > 2) return COOP_DONE;
  OK(coop_task_await(task, both[self->turns - 1]));
  return COOP_WAIT;
}

HOST_TEST(D7_a_failure_that_a_task_does_not_wait_for_any_more_is_not_its) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *both[] = {new_deferred(host), new_deferred(host)};
  worker a = {.name = "A", .work = wait_for_two, .data = both};
  worker_add(host, cooperator, &a);
  host_pump(host);
  coop_task_wake(a.task); /* by somebody else; it now waits for the second */
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

HOST_TEST(S6_a_task_that_waits_twice_for_one_deferred_is_woken_once) {
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

HOST_TEST(J7_a_scheduler_that_fails_after_it_has_called_back_is_asked_again) {
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

static void destroy_again(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
}

HOST_TEST(J6_a_cooperator_that_is_being_destroyed_can_be_destroyed_again) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true, .on_close = destroy_again};
  worker_add(host, cooperator, &a);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, cancel, close A");
  worker_drop(&a);
}

static coop_status odd_limit(void *context, coop_slice_limit *limit) {
  const int *which = context;
  if (*which == 0) limit->ms = NAN;
  if (*which == 1) limit->ask = true;
  if (*which == 2) limit->hint = true;
  return *which == 3 ? COOP_HOST_FAILED : COOP_OK;
}

HOST_TEST(J7_a_limit_that_makes_no_sense_gives_slices_of_one_turn) {
  int which = 0;
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.predicate_factory = odd_limit, .context = &which},
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

typedef struct asked {
  coop_slice_limit limit;
  bool over;
  unsigned questions;
} asked;

static coop_status given_limit(void *context, coop_slice_limit *limit) {
  *limit = ((asked *)context)->limit;
  return COOP_OK;
}

static bool is_over(void *context) {
  asked *self = context;
  self->questions++;
  return self->over;
}

static coop_turn ask_whether_to_yield(coop_task *task, worker *self) {
  (void)task;
  host_log(self->host, coop_cooperator_should_yield(self->cooperator) ? "yield" : "go on");
  return self->turns % 3 == 0 ? COOP_DONE : COOP_MORE;
}

static void yield_with(fake_host *host, asked *self, const char *events) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(
      &host->hooks, &(coop_cooperator_options){.predicate_factory = given_limit, .predicate = is_over, .context = self},
      &cooperator));
  worker a = {.name = "A", .work = ask_whether_to_yield};
  worker_add(host, cooperator, &a);
  host_pump(host);
  CHECK(coop_cooperator_should_yield(cooperator)); /* outside of a slice the budget of the last one is used up */
  host_pump_all(host, 5);
  EXPECT(host, events);
  coop_cooperator_destroy(cooperator);
  worker_drop(&a);
}

HOST_TEST(should_yield_says_what_will_end_the_slice) {
  asked by_turns = {.limit = {.ms = INFINITY, .turns = 2}};
  yield_with(host, &by_turns, "schedule, A1, go on, A2, yield, schedule, A3, go on");
  CHECK_EQUAL(by_turns.questions, 0);
  asked by_predicate = {.limit = {.ms = INFINITY, .ask = true}};
  yield_with(host, &by_predicate, "schedule, A1, go on, A2, go on, A3, go on");
  asked at_once = {.limit = {.ms = INFINITY, .ask = true}, .over = true};
  yield_with(host, &at_once, "schedule, A1, yield, schedule, A2, yield, schedule, A3, yield");
  asked turns_and_predicate = {.limit = {.ms = INFINITY, .turns = 2, .ask = true}, .over = true};
  yield_with(host, &turns_and_predicate, "schedule, A1, yield, schedule, A2, yield, schedule, A3, yield");
}

HOST_TEST(a_task_that_had_no_turn_has_cost_nothing) {
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
