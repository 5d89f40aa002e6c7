/* D1, D2, D4 except cancelling, D6 and D7: a Deferred and its chain. */

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";
static char boom[] = "boom";

/* ---- D1 ---- */

HOST_TEST(D1_each_callback_gets_the_result_of_the_previous_one) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, "first", return_value, two));
  OK(on_both(host, d, "second", return_nothing, NULL));
  OK(on_both(host, d, "third", NULL, NULL));
  EXPECT_NOTHING(host);
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, second two, third nothing");
  coop_deferred_release(d);
}

HOST_TEST(D1_values_skip_errbacks_and_failures_skip_callbacks) {
  coop_deferred *d = new_deferred(host);
  OK(on_failure(host, d, "errback", NULL, NULL));
  OK(on_value(host, d, "callback", return_failure, boom));
  OK(on_value(host, d, "passed callback", NULL, NULL));
  OK(on_failure(host, d, "handler", return_value, two));
  OK(on_failure(host, d, "passed errback", NULL, NULL));
  OK(on_value(host, d, "last", NULL, NULL));
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "callback one, handler FAILURE boom, last two");
  CHECK_RESULT(coop_deferred_result(d), "two");
  coop_deferred_release(d);
}

HOST_TEST(D1_a_failure_of_a_callback_goes_to_the_next_errback_not_its_own) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, "first", return_failure, boom));
  OK(on_both(host, d, "second", return_failure, two));
  watch(host, d, "third");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, second FAILURE boom, third FAILURE two");
  coop_deferred_release(d);
}

HOST_TEST(D1_every_status_except_OK_and_PENDING_is_a_failure) {
  static const coop_status failures[] = {COOP_FAILURE,   COOP_NO_MEMORY, COOP_SCHEDULER_STOPPED, COOP_TASK_DONE,
                                         COOP_CANCELLED, COOP_TIMED_OUT, COOP_CIRCULAR,          COOP_HOST_FAILED};
  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
    coop_deferred *d = new_deferred(host);
    OK(on_value(host, d, "callback", NULL, NULL));
    OK(on_failure(host, d, "errback", return_nothing, NULL));
    OK(coop_deferred_errback(d, (coop_failure){.status = failures[i]}));
    CHECK_EQUAL(host_count(host, "callback nothing"), 0);
    CHECK(host->log_length != 0);
    host_forget(host);
    coop_deferred_release(d);
  }
}

HOST_TEST(D1_a_pair_added_after_firing_runs_at_once) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  OK(on_value(host, d, "callback", NULL, NULL));
  EXPECT_NOTHING(host);
  OK(on_failure(host, d, "errback", return_value, one));
  EXPECT(host, "errback FAILURE boom");
  OK(on_value(host, d, "callback", NULL, NULL));
  EXPECT(host, "callback one");
  coop_deferred_release(d);
}

HOST_TEST(D1_context_called_and_result_report_the_current_values) {
  coop_deferred *d = NULL;
  OK(coop_deferred_create(&host->hooks, NULL, one, &d));
  CHECK(coop_deferred_context(d) == one);
  coop_deferred_set_context(d, two);
  CHECK(coop_deferred_context(d) == two);
  CHECK(!coop_deferred_called(d));
  CHECK_RESULT(coop_deferred_result(d), "pending");
  OK(coop_deferred_callback(d, one));
  CHECK(coop_deferred_called(d));
  CHECK_RESULT(coop_deferred_result(d), "one");
  CHECK_RESULT(coop_deferred_result(d), "one");
  coop_deferred_release(d);
}

typedef struct observation {
  fake_host *host;
  const char *label;
  bool handles;
  unsigned drops;
} observation;

static bool observe(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  observation *self = context;
  char text[100];
  host_log(self->host, "%s %s", self->label, result_text(result, text, sizeof text));
  return self->handles;
}

static void drop_observation(void *context) {
  observation *self = context;
  self->drops++;
}

HOST_TEST(D1_an_observer_sees_the_result_at_its_place_and_does_not_change_it) {
  coop_deferred *d = new_deferred(host);
  observation before = {.host = host, .label = "before"};
  observation after = {.host = host, .label = "after", .handles = true};
  OK(coop_deferred_observe(d, observe, drop_observation, &before));
  OK(on_both(host, d, "callback", return_failure, boom));
  OK(coop_deferred_observe(d, observe, drop_observation, &after));
  watch(host, d, "last");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "before one, callback one, after FAILURE boom, last FAILURE boom");
  OK(coop_deferred_observe(d, observe, drop_observation, &before));
  EXPECT(host, "before nothing");
  CHECK_EQUAL(before.drops + after.drops, 0);
  coop_deferred_release(d);
}

static void count_drop(void *context) { ++*(unsigned *)context; }

static coop_result count_call(void *context, coop_result result) {
  *(unsigned *)context += 100;
  return result;
}

HOST_TEST(D1_drop_is_called_exactly_for_pairs_that_are_not_called) {
  coop_deferred *d = new_deferred(host);
  unsigned called = 0;
  unsigned passed = 0;
  unsigned never = 0;
  observation observed = {.host = host, .label = "observer"};
  OK(coop_deferred_add_callbacks(d, &(coop_callbacks){count_call, NULL, count_drop, &called}));
  OK(coop_deferred_add_callbacks(d, &(coop_callbacks){NULL, count_call, count_drop, &passed}));
  OK(coop_deferred_callback(d, one));
  CHECK_EQUAL(called, 100);
  CHECK_EQUAL(passed, 1);
  OK(coop_deferred_pause(d));
  OK(coop_deferred_add_callbacks(d, &(coop_callbacks){count_call, count_call, count_drop, &never}));
  OK(coop_deferred_add_callbacks(d, &(coop_callbacks){count_call, NULL, NULL, &never}));
  OK(coop_deferred_observe(d, observe, drop_observation, &observed));
  OK(coop_deferred_observe(d, observe, NULL, &observed));
  coop_deferred_release(d);
  CHECK_EQUAL(never, 1);
  CHECK_EQUAL(observed.drops, 1);
}

/* ---- D2 ---- */

HOST_TEST(D2_a_deferred_fires_once) {
  for (int first = 0; first < 2; first++) {
    for (int second = 0; second < 2; second++) {
      coop_deferred *d = new_deferred(host);
      watch(host, d, "end");
      OK(first ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, one));
      EXPECT(host, first ? "end FAILURE boom" : "end one");
      CHECK_STATUS(second ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, two),
                   COOP_ALREADY_CALLED);
      CHECK_RESULT(coop_deferred_result(d), "nothing");
      coop_deferred_release(d);
    }
  }
}

HOST_TEST(D2_a_second_firing_is_refused_while_the_chain_is_held) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *inner = new_deferred(host);
  OK(coop_deferred_pause(d));
  OK(on_value(host, d, "callback", return_deferred, inner));
  OK(coop_deferred_callback(d, one));
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "callback one");
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  CHECK_STATUS(coop_deferred_errback(d, failure(boom)), COOP_ALREADY_CALLED);
  CHECK_STATUS(coop_deferred_fire(d, coop_wait_for(inner)), COOP_ALREADY_CALLED);
  watch(host, d, "end");
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "end two");
  coop_deferred_release(d);
  coop_deferred_release(inner);
}

HOST_TEST(D2_the_caller_keeps_a_refused_value) {
  host_watch_release(host);
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_callback(d, one));
  CHECK_STATUS(coop_deferred_callback(d, two), COOP_ALREADY_CALLED);
  EXPECT_NOTHING(host);
  coop_deferred_release(d);
  EXPECT(host, "release one");
}

HOST_TEST(D2_errback_refuses_a_value) {
  coop_deferred *d = new_deferred(host);
  CHECK_STATUS(coop_deferred_errback(d, value(one)), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_errback(d, (coop_failure){.status = COOP_PENDING}), COOP_INVALID_ARGUMENT);
  CHECK(!coop_deferred_called(d));
  OK(coop_deferred_callback(d, one));
  coop_deferred_release(d);
}

/* ---- D4: pausing ---- */

HOST_TEST(D4_a_paused_deferred_holds_its_result) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  OK(coop_deferred_pause(d));
  watch(host, d, "end");
  EXPECT_NOTHING(host);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "end FAILURE boom");
  coop_deferred_release(d);
}

HOST_TEST(D4_pauses_count) {
  coop_deferred *d = new_deferred(host);
  watch(host, d, "end");
  OK(coop_deferred_pause(d));
  OK(coop_deferred_pause(d));
  OK(coop_deferred_callback(d, one));
  OK(coop_deferred_unpause(d));
  EXPECT_NOTHING(host);
  CHECK(coop_deferred_called(d));
  OK(coop_deferred_unpause(d));
  EXPECT(host, "end one");
  CHECK_STATUS(coop_deferred_unpause(d), COOP_NOT_PAUSED);
  coop_deferred_release(d);
}

HOST_TEST(D4_unpause_before_firing_runs_nothing) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_pause(d));
  watch(host, d, "end");
  OK(coop_deferred_unpause(d));
  CHECK_STATUS(coop_deferred_unpause(d), COOP_NOT_PAUSED);
  EXPECT_NOTHING(host);
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "end one");
  coop_deferred_release(d);
}

static coop_result pause_data(fake_host *host, void *data, coop_result result) {
  (void)host;
  OK(coop_deferred_pause(data));
  return result;
}

static coop_result pause_and_unpause_data(fake_host *host, void *data, coop_result result) {
  OK(coop_deferred_pause(data));
  OK(coop_deferred_unpause(data));
  host_log(host, "unpaused");
  return result;
}

HOST_TEST(D4_pause_inside_a_callback_holds_the_chain_after_it) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, "first", pause_data, d));
  watch(host, d, "second");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one");
  OK(on_both(host, d, "third", NULL, NULL));
  EXPECT_NOTHING(host);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "second one, third nothing");
  coop_deferred_release(d);
}

HOST_TEST(D4_unpause_inside_a_callback_does_not_run_the_chain_inside_it) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, "first", pause_and_unpause_data, d));
  watch(host, d, "second");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, unpaused, second one");
  coop_deferred_release(d);
}

/* ---- D6 ---- */

typedef struct addition {
  coop_deferred *deferred;
  const char *label;
} addition;

static coop_result add_to_data(fake_host *host, void *data, coop_result result) {
  addition *self = data;
  watch(host, self->deferred, self->label);
  host_log(host, "added");
  return result;
}

HOST_TEST(D6_a_pair_that_a_callback_adds_to_its_own_chain_runs_last) {
  coop_deferred *d = new_deferred(host);
  addition adds = {d, "third"};
  OK(on_both(host, d, "first", add_to_data, &adds));
  OK(on_both(host, d, "second", return_value, two));
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, added, second one, third two");
  coop_deferred_release(d);
}

HOST_TEST(D6_a_failure_after_a_pair_that_a_callback_added_goes_to_the_next_errback) {
  coop_deferred *d = new_deferred(host);
  addition adds = {d, "added one"};
  OK(on_both(host, d, NULL, add_to_data, &adds));
  OK(coop_deferred_callback(d, one));
  OK(on_value(host, d, NULL, return_failure, boom));
  watch(host, d, "end");
  EXPECT(host, "added, added one one, end FAILURE boom");
  coop_deferred_release(d);
}

static coop_result fire_data(fake_host *host, void *data, coop_result result) {
  OK(coop_deferred_callback(data, two));
  host_log(host, "fired");
  return result;
}

HOST_TEST(D6_a_callback_may_fire_other_deferreds) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *other = new_deferred(host);
  OK(on_both(host, d, "first", fire_data, other));
  watch(host, d, "second");
  watch(host, other, "other");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, other two, fired, second one");
  coop_deferred_release(d);
  coop_deferred_release(other);
}

static coop_result refuse_to_fire_again(fake_host *host, void *data, coop_result result) {
  CHECK_STATUS(coop_deferred_callback(data, two), COOP_ALREADY_CALLED);
  OK(coop_deferred_cancel(data));
  host_log(host, "refused");
  return result;
}

HOST_TEST(D6_a_callback_cannot_fire_its_own_deferred_again) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, NULL, refuse_to_fire_again, d));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "refused, end one");
  coop_deferred_release(d);
}

static coop_result release_data(fake_host *host, void *data, coop_result result) {
  coop_deferred_release(data);
  host_log(host, "released");
  return result;
}

HOST_TEST(D6_a_callback_may_release_the_last_reference_to_its_own_deferred) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, NULL, release_data, d));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "released, end one");
}

HOST_TEST(D6_D7_a_failure_after_a_callback_released_the_last_reference_is_reported) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, NULL, release_data, d));
  OK(on_both(host, d, NULL, return_failure, boom));
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "released, unhandled FAILURE boom");
}

HOST_TEST(D6_the_last_reference_may_be_released_while_paused) {
  coop_deferred *d = new_deferred(host);
  OK(on_both(host, d, "first", pause_data, d));
  watch(host, d, "never");
  OK(coop_deferred_callback(d, one));
  coop_deferred_release(d);
  EXPECT(host, "first one");
}

HOST_TEST(D6_a_retained_deferred_survives_one_release) {
  coop_deferred *d = new_deferred(host);
  CHECK(coop_deferred_retain(d) == d);
  coop_deferred_release(d);
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "end one");
  coop_deferred_release(d);
  coop_deferred_release(NULL);
}

/* ---- D7 ---- */

HOST_TEST(D7_an_unhandled_failure_is_reported_once) {
  coop_deferred *d = new_deferred(host);
  coop_deferred_retain(d);
  OK(on_value(host, d, "callback", NULL, NULL));
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
  EXPECT_NOTHING(host);
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE boom");
}

HOST_TEST(D7_a_handled_failure_is_not_reported) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  OK(on_failure(host, d, NULL, return_nothing, NULL));
  coop_deferred_release(d);
}

HOST_TEST(D7_a_failure_that_an_errback_passes_on_is_reported) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  OK(on_failure(host, d, "errback", NULL, NULL));
  coop_deferred_release(d);
  EXPECT(host, "errback FAILURE boom, unhandled FAILURE boom");
}

HOST_TEST(D7_a_failure_of_a_callback_is_reported) {
  coop_deferred *d = new_deferred(host);
  OK(on_value(host, d, NULL, return_failure, boom));
  OK(coop_deferred_callback(d, one));
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE boom");
}

HOST_TEST(D7_an_observer_may_handle_a_failure) {
  coop_deferred *d = new_deferred(host);
  observation handling = {.host = host, .label = "observer", .handles = true};
  observation ignoring = {.host = host, .label = "ignoring"};
  OK(coop_deferred_errback(d, failure(boom)));
  OK(coop_deferred_observe(d, observe, NULL, &handling));
  OK(coop_deferred_observe(d, observe, NULL, &ignoring));
  CHECK_RESULT(coop_deferred_result(d), "FAILURE boom");
  coop_deferred_release(d);
  EXPECT(host, "observer FAILURE boom, ignoring FAILURE boom");
}

HOST_TEST(D7_a_failure_that_an_observer_does_not_handle_is_reported) {
  coop_deferred *d = new_deferred(host);
  observation ignoring = {.host = host, .label = "observer"};
  OK(coop_deferred_observe(d, observe, NULL, &ignoring));
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
  EXPECT(host, "observer FAILURE boom, unhandled FAILURE boom");
}

HOST_TEST(D7_a_failure_after_one_that_an_observer_handled_is_reported) {
  coop_deferred *d = new_deferred(host);
  observation handling = {.host = host, .label = "observer", .handles = true};
  OK(coop_deferred_errback(d, failure(boom)));
  OK(coop_deferred_observe(d, observe, NULL, &handling));
  OK(on_both(host, d, NULL, return_failure, two));
  coop_deferred_release(d);
  EXPECT(host, "observer FAILURE boom, unhandled FAILURE two");
}

HOST_TEST(D7_a_failure_in_a_chain_that_stays_paused_is_reported) {
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_pause(d));
  OK(on_failure(host, d, NULL, return_nothing, NULL));
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE boom");
}

HOST_TEST(D7_a_deferred_that_never_fires_reports_nothing) {
  coop_deferred *d = new_deferred(host);
  watch(host, d, "never");
  coop_deferred_release(d);
}

HOST_TEST(D7_without_an_unhandled_hook_the_failure_is_dropped) {
  host->hooks.unhandled = NULL;
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
}

static coop_deferred *released_in_hook;

static void release_another(void *context, coop_failure reported) {
  char text[100];
  host_log(context, "unhandled %s", result_text(reported, text, sizeof text));
  coop_deferred *next = released_in_hook;
  released_in_hook = NULL;
  coop_deferred_release(next);
}

HOST_TEST(D7_the_unhandled_hook_may_release_another_deferred) {
  host->hooks.unhandled = release_another;
  coop_deferred *d = new_deferred(host);
  released_in_hook = new_deferred(host);
  OK(coop_deferred_errback(d, failure(one)));
  OK(coop_deferred_errback(released_in_hook, failure(two)));
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE one, unhandled FAILURE two");
}

/* ---- release ---- */

HOST_TEST(the_value_that_is_left_in_a_deferred_is_released) {
  host_watch_release(host);
  coop_deferred *left = new_deferred(host);
  coop_deferred *taken = new_deferred(host);
  coop_deferred *empty = new_deferred(host);
  OK(coop_deferred_callback(left, one));
  OK(coop_deferred_callback(taken, one));
  OK(on_value(host, taken, "taken", return_value, two));
  OK(coop_deferred_callback(empty, NULL));
  EXPECT(host, "taken one");
  coop_deferred_release(left);
  EXPECT(host, "release one");
  coop_deferred_release(taken);
  EXPECT(host, "release two");
  coop_deferred_release(empty);
}

HOST_TEST(the_value_of_a_failure_is_released_after_the_report) {
  host_watch_release(host);
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE boom, release boom");
}

/* ---- settled ---- */

HOST_TEST(settled_is_called_when_the_chain_has_run) {
  host_watch_settled(host);
  coop_deferred *d = new_deferred(host);
  watch(host, d, "first");
  EXPECT_NOTHING(host);
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "first one, settled nothing");
  OK(on_both(host, d, "second", return_failure, boom));
  EXPECT(host, "second nothing, settled FAILURE boom");
  OK(coop_deferred_pause(d));
  OK(on_both(host, d, "third", return_value, two));
  EXPECT_NOTHING(host);
  OK(coop_deferred_unpause(d));
  EXPECT(host, "third FAILURE boom, settled two");
  coop_deferred_release(d);
}

HOST_TEST(settled_reports_handled_failures_and_expected_late_firings) {
  host_watch_settled(host);
  coop_deferred *d = new_deferred(host);
  observation handling = {.host = host, .label = "observer", .handles = true};
  OK(coop_deferred_cancel(d));
  EXPECT(host, "settled CANCELLED swallows");
  OK(coop_deferred_observe(d, observe, NULL, &handling));
  EXPECT(host, "observer CANCELLED, settled CANCELLED handled swallows");
  OK(coop_deferred_callback(d, NULL));
  EXPECT(host, "settled CANCELLED handled");
  coop_deferred_release(d);
}

HOST_TEST(D7_a_result_that_the_host_takes_over_is_not_reported) {
  host_watch_settled(host);
  host_watch_release(host);
  host->takes_result = true;
  coop_deferred *d = new_deferred(host);
  OK(coop_deferred_errback(d, failure(boom)));
  EXPECT(host, "settled FAILURE boom");
  CHECK(coop_deferred_called(d));
  CHECK_RESULT(coop_deferred_result(d), "nothing");
  coop_deferred_release(d);
  EXPECT_NOTHING(host);
}

HOST_TEST(D7_the_target_of_a_chain_settles_when_the_chain_is_gone) {
  host_watch_settled(host);
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_chain(d, target));
  OK(coop_deferred_errback(target, failure(boom)));
  EXPECT_NOTHING(host); /* d could still fire it */
  OK(coop_deferred_callback(d, NULL));
  EXPECT(host, "settled FAILURE boom, settled ALREADY_CALLED");
  coop_deferred_release(d);
  EXPECT(host, "unhandled ALREADY_CALLED");

  coop_deferred *unfired = new_deferred(host);
  coop_deferred *other = new_deferred(host);
  OK(coop_deferred_chain(unfired, other));
  OK(coop_deferred_errback(other, failure(boom)));
  EXPECT_NOTHING(host);
  coop_deferred_release(unfired);
  EXPECT(host, "settled FAILURE boom");
  coop_deferred_release(target);
  coop_deferred_release(other);
  EXPECT(host, "unhandled FAILURE boom, unhandled FAILURE boom");
}

HOST_TEST(D3_the_target_of_a_chain_does_not_settle_when_its_result_is_taken) {
  host_watch_settled(host);
  coop_deferred *source = new_deferred(host);
  coop_deferred *middle = new_deferred(host);
  coop_deferred *taker = new_deferred(host);
  OK(coop_deferred_chain(source, middle));
  OK(coop_deferred_cancel(middle));
  OK(coop_deferred_fire(taker, coop_wait_for(middle)));
  EXPECT(host, "settled CANCELLED");
  OK(coop_deferred_callback(source, NULL)); /* the late firing, which is ignored */
  EXPECT(host, "settled nothing, settled nothing");
  CHECK_STATUS(coop_deferred_callback(middle, NULL), COOP_ALREADY_CALLED);
  host_forget(host);
  coop_deferred_release(source);
  coop_deferred_release(middle);
  coop_deferred_release(taker);
  EXPECT(host, "unhandled CANCELLED");
}

HOST_TEST(restore_recreates_a_settled_deferred) {
  coop_deferred *d = NULL;
  coop_settlement settlement = {.result = failure(boom), .handled = true};
  OK(coop_deferred_restore(&host->hooks, &settlement, one, &d));
  CHECK(coop_deferred_called(d));
  CHECK(coop_deferred_context(d) == one);
  CHECK_RESULT(coop_deferred_result(d), "FAILURE boom");
  CHECK_STATUS(coop_deferred_callback(d, one), COOP_ALREADY_CALLED);
  coop_deferred_release(d);

  settlement.handled = false;
  OK(coop_deferred_restore(&host->hooks, &settlement, NULL, &d));
  coop_deferred_release(d);
  EXPECT(host, "unhandled FAILURE boom");

  settlement.swallows_late = true;
  OK(coop_deferred_restore(&host->hooks, &settlement, NULL, &d));
  OK(coop_deferred_callback(d, NULL));
  CHECK_STATUS(coop_deferred_callback(d, NULL), COOP_ALREADY_CALLED);
  watch(host, d, "end");
  coop_deferred_release(d);
  EXPECT(host, "end FAILURE boom");

  settlement.result.status = COOP_PENDING;
  CHECK_STATUS(coop_deferred_restore(&host->hooks, &settlement, NULL, &d), COOP_INVALID_ARGUMENT);
}

/* ---- invalid arguments ---- */

HOST_TEST(NULL_is_refused) {
  coop_deferred *d = NULL;
  CHECK_STATUS(coop_deferred_create(NULL, NULL, NULL, &d), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_create(&host->hooks, NULL, NULL, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_restore(&host->hooks, NULL, NULL, &d), COOP_INVALID_ARGUMENT);
  CHECK(d == NULL);
  CHECK_STATUS(coop_deferred_fire(NULL, nothing()), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_callback(NULL, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_errback(NULL, failure(boom)), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_pause(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_unpause(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_cancel(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_observe(NULL, observe, NULL, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_callbacks(NULL, &(coop_callbacks){.callback = count_call}), COOP_INVALID_ARGUMENT);
  d = new_deferred(host);
  CHECK_STATUS(coop_deferred_chain(NULL, d), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_chain(d, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_observe(d, NULL, NULL, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_callbacks(d, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_add_callbacks(d, &(coop_callbacks){.context = one}), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_deferred_fire(d, coop_wait_for(NULL)), COOP_INVALID_ARGUMENT);
  CHECK(!coop_deferred_called(d));
  coop_deferred_release(d);
}

static bool count_observation(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  (void)result;
  ++*(int *)context;
  return false;
}

static bool ignore_observation(void *context, coop_deferred *deferred, coop_result result) {
  (void)context;
  (void)deferred;
  (void)result;
  return false;
}

static void fail_if_dropped(void *context) {
  (void)context;
  FAIL("an observer that was removed is not dropped");
}

HOST_TEST(an_observer_can_be_removed_from_any_place_of_the_chain) {
  for (int gone = 0; gone < 3; gone++) {
    coop_deferred *d = new_deferred(host);
    int counts[4] = {0};
    OK(on_value(host, d, "begin", NULL, NULL));
    OK(coop_deferred_observe(d, ignore_observation, NULL, &counts[gone])); /* the same context */
    for (int i = 0; i < 3; i++) {
      OK(coop_deferred_observe(d, count_observation, i == gone ? fail_if_dropped : NULL, &counts[i]));
    }
    CHECK(coop_deferred_unobserve(d, count_observation, &counts[gone]));
    CHECK(!coop_deferred_unobserve(d, count_observation, &counts[gone]));
    OK(coop_deferred_observe(d, count_observation, NULL, &counts[3]));
    watch(host, d, "end");
    OK(coop_deferred_callback(d, NULL));
    for (int i = 0; i < 4; i++) CHECK_EQUAL(counts[i], i != gone);
    CHECK(!coop_deferred_unobserve(d, count_observation, &counts[3])); /* it has seen the result */
    EXPECT(host, "begin nothing, end nothing");
    coop_deferred_release(d);
  }
}

HOST_TEST(the_only_link_of_a_chain_can_be_removed) {
  coop_deferred *d = new_deferred(host);
  int count = 0;
  CHECK(!coop_deferred_unobserve(d, count_observation, &count));
  OK(coop_deferred_observe(d, count_observation, NULL, &count));
  CHECK(coop_deferred_unobserve(d, count_observation, &count));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, NULL));
  EXPECT(host, "end nothing");
  CHECK_EQUAL(count, 0);
  coop_deferred_release(d);
}
