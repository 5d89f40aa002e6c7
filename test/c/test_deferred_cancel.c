/* D2 and D4: cancelling, late firings, and timeouts. */

#include <math.h>

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";
static char boom[] = "boom";

/* ---- cancelling ---- */

HOST_TEST(D4_cancel_without_a_canceller_fails_with_CANCELLED) {
  coop_deferred *d = new_deferred(host);
  OK(on_value(host, d, "callback", NULL, NULL));
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  EXPECT(host, "end CANCELLED");
  CHECK(coop_deferred_called(d));
  coop_deferred_release(d);
}

HOST_TEST(D2_after_cancel_without_a_canceller_one_late_firing_is_ignored) {
  for (int fails = 0; fails < 2; fails++) {
    coop_deferred *d = new_deferred(host);
    watch(host, d, "end");
    OK(coop_deferred_cancel(d));
    EXPECT(host, "end CANCELLED");
    OK(fails ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, one));
    CHECK_RESULT(coop_deferred_result(d), "nothing");
    CHECK_STATUS(coop_deferred_callback(d, one), COOP_ALREADY_CALLED);
    CHECK_STATUS(coop_deferred_errback(d, failure(boom)), COOP_ALREADY_CALLED);
    coop_deferred_release(d);
  }
}

HOST_TEST(D2_the_value_of_an_ignored_firing_is_released) {
  host_watch_release(host);
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_cancel(d));
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "release one");
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  watch(host, d, "end");
  EXPECT(host, "end CANCELLED");
  coop_deferred_release(d);
}

HOST_TEST(D2_cancelling_again_does_not_allow_a_second_late_firing) {
  coop_deferred *d = new_deferred(host);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  OK(coop_deferred_cancel(d));
  OK(coop_deferred_callback(d, one));
  OK(coop_deferred_cancel(d));
  CHECK_STATUS(coop_deferred_callback(d, one), COOP_ALREADY_CALLED);
  EXPECT(host, "end CANCELLED");
  coop_deferred_release(d);
}

typedef struct cancelling {
  fake_host *host;
  coop_deferred *deferred; /* what the canceller must be called with */
  coop_result fires;       /* COOP_PENDING: fires nothing */
  unsigned calls;
  bool cancels_again;
  bool releases;
} cancelling;

static void cancel(void *context, coop_deferred *deferred) {
  cancelling *self = context;
  self->calls++;
  host_log(self->host, "canceller");
  CHECK(deferred == self->deferred);
  CHECK(!coop_deferred_called(deferred));
  if (self->cancels_again) {
    OK(coop_deferred_cancel(deferred));
  }
  if (self->fires.status != COOP_PENDING) {
    OK(coop_deferred_fire(deferred, self->fires));
  }
  if (self->releases) {
    coop_deferred_release(deferred);
  }
}

static coop_deferred *new_cancellable(cancelling *self) {
  OK(coop_deferred_create(&self->host->hooks, cancel, self, &self->deferred));
  return self->deferred;
}

HOST_TEST(D4_cancel_calls_the_canceller_and_then_fails_with_CANCELLED) {
  cancelling canceller = {.host = host, .fires = {.status = COOP_PENDING}};
  coop_deferred *d = new_cancellable(&canceller);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  EXPECT(host, "canceller, end CANCELLED");
  coop_deferred_release(d);
}

HOST_TEST(D4_the_canceller_is_called_once) {
  cancelling canceller = {.host = host, .fires = {.status = COOP_PENDING}, .cancels_again = true};
  coop_deferred *d = new_cancellable(&canceller);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  OK(coop_deferred_cancel(d));
  CHECK_EQUAL(canceller.calls, 1);
  EXPECT(host, "canceller, end CANCELLED");
  CHECK_STATUS(coop_deferred_callback(d, one), COOP_ALREADY_CALLED);
  coop_deferred_release(d);
}

HOST_TEST(D4_a_canceller_that_cancels_again_may_still_fire) {
  cancelling canceller = {.host = host, .fires = value(one), .cancels_again = true};
  coop_deferred *d = new_cancellable(&canceller);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  EXPECT(host, "canceller, end one");
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  coop_deferred_release(d);
}

HOST_TEST(D2_with_a_canceller_a_late_firing_is_refused) {
  cancelling canceller = {.host = host, .fires = {.status = COOP_PENDING}};
  coop_deferred *d = new_cancellable(&canceller);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  CHECK_STATUS(coop_deferred_callback(d, one), COOP_ALREADY_CALLED);
  CHECK_STATUS(coop_deferred_errback(d, failure(boom)), COOP_ALREADY_CALLED);
  EXPECT(host, "canceller, end CANCELLED");
  coop_deferred_release(d);
}

HOST_TEST(D4_a_canceller_may_fire_the_deferred) {
  for (int fails = 0; fails < 2; fails++) {
    cancelling canceller = {.host = host, .fires = fails ? failure(boom) : value(one)};
    coop_deferred *d = new_cancellable(&canceller);
    watch(host, d, "end");
    OK(coop_deferred_cancel(d));
    EXPECT(host, fails ? "canceller, end FAILURE boom" : "canceller, end one");
    CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
    coop_deferred_release(d);
  }
}

HOST_TEST(D4_D6_a_canceller_may_release_the_last_reference) {
  for (int fires = 0; fires < 2; fires++) {
    cancelling canceller = {.host = host, .fires = {.status = fires ? COOP_OK : COOP_PENDING}, .releases = true};
    coop_deferred *d = new_cancellable(&canceller);
    watch(host, d, "end");
    OK(coop_deferred_cancel(d));
    EXPECT(host, fires ? "canceller, end nothing" : "canceller, end CANCELLED");
  }
}

HOST_TEST(D4_cancelling_a_fired_deferred_does_nothing) {
  for (int fails = 0; fails < 2; fails++) {
    cancelling canceller = {.host = host};
    coop_deferred *d = new_cancellable(&canceller);
    OK(fails ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, one));
    OK(coop_deferred_cancel(d));
    CHECK_RESULT(coop_deferred_result(d), fails ? "FAILURE boom" : "one");
    CHECK_EQUAL(canceller.calls, 0);
    CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
    watch(host, d, "end");
    host_forget(host);
    coop_deferred_release(d);
  }
}

HOST_TEST(D4_a_paused_deferred_that_is_cancelled_fails_when_it_is_unpaused) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_pause(d));
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  EXPECT_NOTHING(host);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "end CANCELLED");
  coop_deferred_release(d);
}

HOST_TEST(D4_cancelling_a_fired_and_paused_deferred_does_nothing) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_pause(d));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  OK(coop_deferred_cancel(d));
  OK(coop_deferred_unpause(d));
  EXPECT(host, "end one");
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  coop_deferred_release(d);
}

HOST_TEST(D4_cancelling_a_waiting_deferred_cancels_the_inner_one) {
  cancelling canceller = {.host = host, .fires = {.status = COOP_PENDING}};
  cancelling own = {.host = host, .fires = {.status = COOP_PENDING}};
  coop_deferred *inner = new_cancellable(&canceller);
  coop_deferred *outer = new_cancellable(&own);
  OK(coop_deferred_callback(outer, one));
  OK(on_value(host, outer, NULL, return_deferred, inner));
  OK(coop_deferred_cancel(outer));
  watch(host, outer, "outer");
  EXPECT(host, "canceller, outer CANCELLED");
  CHECK_EQUAL(own.calls, 0);
  CHECK(coop_deferred_called(inner));
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D4_cancelling_reaches_the_innermost_deferred) {
  cancelling canceller = {.host = host, .fires = value(two)};
  coop_deferred *first = new_cancellable(&canceller);
  coop_deferred *second = new_deferred(host);
  coop_deferred *third = new_deferred(host);
  OK(coop_deferred_fire(second, coop_wait_for(first)));
  OK(coop_deferred_fire(third, coop_wait_for(second)));
  watch(host, third, "third");
  OK(coop_deferred_cancel(third));
  EXPECT(host, "canceller, third two");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(third);
}

HOST_TEST(D4_cancelling_a_deferred_that_waits_for_a_fired_and_paused_one_does_nothing) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(coop_deferred_callback(inner, two));
  OK(coop_deferred_pause(inner));
  OK(coop_deferred_fire(outer, coop_wait_for(inner)));
  watch(host, outer, "outer");
  OK(coop_deferred_cancel(outer));
  EXPECT_NOTHING(host);
  OK(coop_deferred_unpause(inner));
  EXPECT(host, "outer two");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D4_D7_an_unhandled_cancellation_is_reported) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_cancel(d));
  coop_deferred_release(d);
  EXPECT(host, "unhandled CANCELLED");
}

/* ---- timeouts ---- */

/** A clock. The test fires its timers with run_timer. */
typedef struct timer_list {
  fake_host *host;
  coop_timeout *timeouts[4];
  double delays[4];
  size_t count;
  coop_status status;
  bool at_once;
} timer_list;

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  timer_list *self = context;
  host_log(self->host, "later %g", delay_ms);
  if (self->status != COOP_OK) {
    return self->status;
  }
  if (self->at_once) {
    coop_timeout_fire(timeout, NULL);
  } else {
    self->timeouts[self->count] = timeout;
    self->delays[self->count++] = delay_ms;
  }
  return COOP_OK;
}

static void cancel_timer(void *context, coop_timeout *timeout) {
  timer_list *self = context;
  for (size_t i = 0; i < self->count; i++) {
    if (self->timeouts[i] == timeout) {
      host_log(self->host, "cancel %g", self->delays[i]);
      self->timeouts[i] = NULL;
      return;
    }
  }
  FAIL("a timer was cancelled that is not running");
}

static void run_timer(timer_list *self, size_t i) {
  coop_timeout *timeout = self->timeouts[i];
  if (CHECK(timeout != NULL)) {
    self->timeouts[i] = NULL;
    host_log(self->host, "time %g", self->delays[i]);
    coop_timeout_fire(timeout, NULL);
  }
}

static void add_timeout(coop_deferred *deferred, double delay_ms, timer_list *timers) {
  const coop_clock clock = {.context = timers, .call_later = call_later, .cancel = cancel_timer};
  OK(coop_deferred_add_timeout(deferred, delay_ms, &clock));
}

HOST_TEST(D4_a_timeout_cancels_and_turns_the_failure_into_TIMED_OUT) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  EXPECT(host, "later 10");
  run_timer(&clock, 0);
  EXPECT(host, "time 10, end TIMED_OUT");
  OK(coop_deferred_callback(d, NULL));
  CHECK_STATUS(coop_deferred_callback(d, NULL), COOP_ALREADY_CALLED);
  coop_deferred_release(d);
}

HOST_TEST(D4_a_result_in_time_cancels_the_timer) {
  for (int fails = 0; fails < 2; fails++) {
    timer_list clock = {.host = host};
    coop_deferred *d = new_deferred(host);
    coop_deferred *inner = new_deferred(host);
    add_timeout(d, 10, &clock);
    OK(on_both(host, d, "end", return_deferred, inner));
    OK(fails ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, one));
    EXPECT(host, fails ? "later 10, cancel 10, end FAILURE boom" : "later 10, cancel 10, end one");
    /* What the chain awaits now comes after the timeout. */
    CHECK(!coop_deferred_called(inner));
    coop_deferred_release(d);
    coop_deferred_release(inner);
  }
}

HOST_TEST(D4_a_timeout_covers_what_the_chain_awaits_before_its_place) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  coop_deferred *before = new_deferred(host);
  OK(on_value(host, d, NULL, return_deferred, before));
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "later 10");
  run_timer(&clock, 0);
  EXPECT(host, "time 10, end TIMED_OUT");
  CHECK(coop_deferred_called(before));
  coop_deferred_release(d);
  coop_deferred_release(before);
}

HOST_TEST(D4_a_cancellation_by_somebody_else_does_not_become_TIMED_OUT) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  OK(coop_deferred_cancel(d));
  EXPECT(host, "later 10, cancel 10, end CANCELLED");
  coop_deferred_release(d);
}

HOST_TEST(D4_a_canceller_may_fire_a_result_on_timeout) {
  for (int fails = 0; fails < 2; fails++) {
    timer_list clock = {.host = host};
    cancelling canceller = {.host = host, .fires = fails ? failure(boom) : value(one)};
    coop_deferred *d = new_cancellable(&canceller);
    add_timeout(d, 10, &clock);
    watch(host, d, "end");
    run_timer(&clock, 0);
    EXPECT(host, fails ? "later 10, time 10, canceller, end FAILURE boom" : "later 10, time 10, canceller, end one");
    coop_deferred_release(d);
  }
}

HOST_TEST(D4_an_errback_before_the_timeout_sees_the_cancellation) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  OK(on_failure(host, d, "errback", NULL, NULL));
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  run_timer(&clock, 0);
  EXPECT(host, "later 10, time 10, errback CANCELLED, end TIMED_OUT");
  coop_deferred_release(d);
}

HOST_TEST(D4_an_errback_before_the_timeout_may_handle_the_cancellation) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  OK(on_failure(host, d, "errback", return_value, two));
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  run_timer(&clock, 0);
  EXPECT(host, "later 10, time 10, errback CANCELLED, end two");
  coop_deferred_release(d);
}

HOST_TEST(D4_the_shorter_of_two_timeouts_wins) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 20, &clock);
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  run_timer(&clock, 1);
  /* The longer one comes first in the chain, and sees a cancellation that is not its own. */
  EXPECT(host, "later 20, later 10, time 10, cancel 20, end TIMED_OUT");
  coop_deferred_release(d);
}

HOST_TEST(D4_a_timeout_on_a_fired_deferred_does_not_change_the_result) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_callback(d, one));
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  CHECK_EQUAL(host_count(host, "later 10"), host_count(host, "cancel 10"));
  CHECK_EQUAL(host_count(host, "end one"), 1);
  host_forget(host);
  coop_deferred_release(d);
}

HOST_TEST(D4_a_timeout_while_the_chain_is_held_does_not_change_the_result) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_pause(d));
  add_timeout(d, 10, &clock);
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  run_timer(&clock, 0);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "later 10, time 10, end one");
  coop_deferred_release(d);
}

HOST_TEST(D4_destroying_a_deferred_cancels_its_timer) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 10, &clock);
  EXPECT(host, "later 10");
  coop_deferred_release(d);
  EXPECT(host, "cancel 10");
}

HOST_TEST(D4_a_clock_that_calls_back_at_once_times_out_at_once) {
  timer_list clock = {.host = host, .at_once = true};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 0, &clock);
  watch(host, d, "end");
  EXPECT(host, "later 0, end TIMED_OUT");
  coop_deferred_release(d);
}

static coop_result release_in_errback(fake_host *host, void *data, coop_result result) {
  (void)host;
  coop_deferred_release(data);
  return result;
}

HOST_TEST(D4_D6_an_errback_may_release_the_last_reference_on_timeout) {
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  OK(on_failure(host, d, NULL, release_in_errback, d));
  add_timeout(d, 10, &clock);
  OK(on_failure(host, d, "end", return_nothing, NULL));
  run_timer(&clock, 0);
  EXPECT(host, "later 10, time 10, end TIMED_OUT");
}

HOST_TEST(D4_a_clock_that_fails_changes_nothing) {
  timer_list clock = {.host = host, .status = COOP_HOST_FAILED};
  const coop_clock refusing = {.context = &clock, .call_later = call_later, .cancel = cancel_timer};
  coop_deferred *d = new_deferred(host);
  size_t blocks = host->blocks;
  CHECK(coop_deferred_add_timeout(d, 10, &refusing) != COOP_OK);
  EXPECT(host, "later 10");
  CHECK_EQUAL(host->blocks, blocks);
  CHECK(!coop_deferred_called(d));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "end one");
  coop_deferred_release(d);
}

HOST_TEST(D4_an_invalid_delay_is_refused) {
  timer_list clock = {.host = host};
  const coop_clock fine = {.context = &clock, .call_later = call_later, .cancel = cancel_timer};
  coop_deferred *d = new_deferred(host);
  static const double bad[] = {-1.0, -0.001, (double)NAN, (double)INFINITY, -(double)INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK_STATUS(coop_deferred_add_timeout(d, bad[i], &fine), COOP_INVALID_ARGUMENT);
  }
  CHECK_STATUS(coop_deferred_add_timeout(NULL, 1, &fine), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_timeout(d, 1, NULL), COOP_INVALID_ARGUMENT);
  EXPECT_NOTHING(host);
  coop_deferred_release(d);
}

HOST_TEST(D4_the_value_of_a_cancellation_is_in_the_failure_or_released) {
  host_watch_release(host);
  static char why[] = "why";
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_cancel_with(d, why));
  CHECK(coop_deferred_result(d).value == why);
  OK(coop_deferred_cancel_with(d, why)); /* it has fired: this does nothing */
  EXPECT(host, "release why");
  watch(host, d, "end");
  EXPECT(host, "end CANCELLED why");
  coop_deferred_release(d);
  host_forget(host);
}

HOST_TEST(D4_the_value_of_a_cancellation_is_released_once_if_the_canceller_fires) {
  host_watch_release(host);
  static char why[] = "why";
  cancelling self = {.host = host, .fires = value(one)};
  coop_deferred *d = new_cancellable(&self);
  OK(coop_deferred_cancel_with(d, why));
  EXPECT(host, "canceller, release why");
  coop_deferred_release(d);
  EXPECT(host, "release one");
}

HOST_TEST(D4_what_waited_for_a_destroyed_deferred_keeps_the_value_of_its_cancellation) {
  host_watch_release(host);
  static char why[] = "why";
  coop_deferred *gone = new_deferred(host), *d = new_deferred(host);
  OK(coop_deferred_fire(d, coop_wait_for(gone)));
  coop_deferred_release(gone);
  OK(coop_deferred_cancel_with(d, why));
  EXPECT_NOTHING(host);
  CHECK_RESULT(coop_deferred_result(d), "CANCELLED why");
  coop_deferred_release(d);
  EXPECT(host, "unhandled CANCELLED why, release why");
}

HOST_TEST(D4_the_value_of_a_timeout_is_in_the_failure_or_released_once) {
  host_watch_release(host);
  static char late[] = "late";
  timer_list clock = {.host = host};
  coop_deferred *d = new_deferred(host);
  add_timeout(d, 10, &clock);
  coop_timeout_fire(clock.timeouts[0], late);
  CHECK_RESULT(coop_deferred_result(d), "TIMED_OUT late");
  coop_deferred_release(d);
  EXPECT(host, "later 10, unhandled TIMED_OUT late, release late");
  /* A canceller fires instead. */
  cancelling self = {.host = host, .fires = value(one)};
  d = new_cancellable(&self);
  add_timeout(d, 10, &clock);
  coop_timeout_fire(clock.timeouts[1], late);
  EXPECT(host, "later 10, canceller, release late");
  coop_deferred_release(d);
  EXPECT(host, "release one");
  /* The chain is held, and the Deferred dies before the timeout's place in it. */
  d = new_deferred(host);
  add_timeout(d, 10, &clock);
  OK(coop_deferred_pause(d));
  OK(coop_deferred_callback(d, one));
  coop_timeout_fire(clock.timeouts[2], late);
  EXPECT(host, "later 10");
  coop_deferred_release(d);
  EXPECT(host, "release late, release one");
}

static coop_status fire_at_once(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  coop_timeout_fire(timeout, context);
  return COOP_OK;
}

HOST_TEST(D4_without_memory_for_a_timeout_its_value_is_released_once) {
  host_watch_release(host);
  static char late[] = "late";
  const coop_clock clock = {.context = late, .call_later = fire_at_once};
  coop_deferred *d = new_deferred(host);
  host_fail_allocation(host, 2, false); /* for its place in the chain, after the clock has fired it */
  CHECK_STATUS(coop_deferred_add_timeout(d, 10, &clock), COOP_NO_MEMORY);
  EXPECT(host, "release late");
  CHECK_RESULT(coop_deferred_result(d), "CANCELLED");
  coop_deferred_release(d);
  EXPECT(host, "unhandled CANCELLED");
}
