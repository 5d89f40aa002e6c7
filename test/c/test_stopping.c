/* J3: stop functions, and what is called from inside them. The traces show clean-ups of several tasks. */

#include "fake_host.h"
#include "invariants.h"

static char one[] = "one";
static char two[] = "two";

/* A task with a clean-up. Its turns and the calls of its stop function are logged. */
typedef struct cleaner {
  fake_host *host;
  coop_cooperator *cooperator;
  coop_task *task;
  void (*in_stop)(struct cleaner *self); /* what the first call of the stop function does; may be NULL */
  void (*in_step)(struct cleaner *self); /* what a turn does; may be NULL */
  coop_turn stops_with;                  /* what the calls of the stop function return */
  coop_turn steps_with;                  /* what a turn returns */
  bool is_stopping;                      /* the stop function is on the stack */
  unsigned stops;
} cleaner;

static coop_turn step(coop_task *task, void *state) {
  cleaner *self = state;
  CHECK(task == self->task && !self->is_stopping);
  host_log(self->host, coop_task_state(task) == COOP_STATE_STOPPING ? "clean" : "turn");
  if (self->in_step != NULL) self->in_step(self);
  return self->steps_with;
}

static coop_turn stop(coop_task *task, void *state, bool last) {
  cleaner *self = state;
  CHECK(!self->is_stopping);
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPING);
  self->is_stopping = true;
  host_log(self->host, last ? "stop last" : "stop");
  if (self->stops++ == 0 && self->in_stop != NULL) {
    self->in_stop(self);
    host_log(self->host, "stop returns");
  }
  self->is_stopping = false;
  return self->stops_with;
}

static void close(coop_task *task, void *state) {
  cleaner *self = state;
  CHECK(!self->is_stopping);
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
  host_log(self->host, "close");
}

/* A cleaner whose turns the cooperator runs or, without a step, the host. */
static void add(cleaner *self, coop_step_fn run) {
  if (self->cooperator == NULL) self->cooperator = new_cooperator(self->host, 0);
  const coop_iterator iterator = {.step = run, .state = self, .stop = stop, .close = close};
  OK(coop_cooperate(self->cooperator, iterator, &self->task));
  watch_task(self->host, self->task, "A");
  host_forget(self->host);
}

static void destroy_cooperator(cleaner *self) {
  coop_cooperator *cooperator = self->cooperator;
  self->cooperator = NULL;
  coop_cooperator_destroy(cooperator);
}

static void drop(cleaner *self) {
  coop_task_release(self->task);
  coop_cooperator_destroy(self->cooperator);
}

/* ---- what a stop function returns ---- */

HOST_TEST(J3_a_clean_up_has_turns_until_one_of_them_ends_it) {
  cleaner self = {.host = host, .stops_with = COOP_MORE, .steps_with = COOP_DONE};
  add(&self, step);
  OK(coop_task_stop(self.task));
  EXPECT(host, "cancel, stop, schedule");
  CHECK_STATUS(coop_task_stop(self.task), COOP_TASK_STOPPED);
  host_pump(host);
  EXPECT(host, "clean, close, A TASK_STOPPED");
  drop(&self);
}

HOST_TEST(J3_a_clean_up_that_waits_goes_on_when_it_is_woken) {
  cleaner self = {.host = host, .stops_with = COOP_WAIT, .steps_with = COOP_DONE};
  add(&self, step);
  OK(coop_task_stop(self.task));
  EXPECT(host, "cancel, stop");
  CHECK_EQUAL(host_pump(host), 0);
  coop_task_wake(self.task);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "clean, close, A TASK_STOPPED");
  drop(&self);
}

HOST_TEST(J3_D7_the_failure_of_a_stop_function_is_reported) {
  cleaner self = {.host = host, .stops_with = COOP_FAILED};
  add(&self, step);
  OK(coop_task_stop(self.task));
  EXPECT(host, "cancel, stop, unhandled FAILURE, close, A TASK_STOPPED");
  drop(&self);
}

HOST_TEST(J3_D7_a_clean_up_that_is_given_up_is_reported) {
  static const coop_turn turns[] = {COOP_MORE, COOP_WAIT};
  for (size_t i = 0; i < 2; i++) {
    cleaner self = {.host = host, .stops_with = turns[i]};
    add(&self, step);
    destroy_cooperator(&self);
    EXPECT(host, "cancel, stop last, unhandled SCHEDULER_STOPPED, close, A SCHEDULER_STOPPED");
    drop(&self);
  }
}

HOST_TEST(S11_S4_a_stopped_cooperator_that_is_started_while_it_is_paused_has_no_slice) {
  cleaner self = {.host = host, .stops_with = COOP_MORE, .steps_with = COOP_DONE};
  add(&self, step);
  OK(coop_cooperator_stop(self.cooperator));
  EXPECT(host, "cancel, stop, schedule");
  OK(coop_cooperator_pause(self.cooperator));
  EXPECT_NOTHING(host);
  OK(coop_cooperator_start(self.cooperator));
  EXPECT(host, "cancel");
  OK(coop_cooperator_resume(self.cooperator));
  host_pump(host);
  EXPECT(host, "schedule, clean, close, A SCHEDULER_STOPPED");
  drop(&self);
}

/* ---- calls from inside a stop function ---- */

HOST_TEST(J3_J6_a_stop_function_may_destroy_its_cooperator_and_is_called_again_when_it_has_returned) {
  cleaner self = {.host = host, .in_stop = destroy_cooperator, .stops_with = COOP_WAIT};
  add(&self, step);
  OK(coop_task_stop(self.task));
  EXPECT(host, "cancel, stop, stop returns, stop last, unhandled SCHEDULER_STOPPED, close, A TASK_STOPPED");
  drop(&self);
}

HOST_TEST(J3_J6_a_stop_function_that_destroys_its_cooperator_and_is_done_is_not_called_again) {
  cleaner self = {.host = host, .in_stop = destroy_cooperator, .stops_with = COOP_DONE};
  add(&self, step);
  OK(coop_task_stop(self.task));
  EXPECT(host, "cancel, stop, stop returns, close, A TASK_STOPPED");
  drop(&self);
}

static void stop_cooperator(cleaner *self) { OK(coop_cooperator_stop(self->cooperator)); }

HOST_TEST(J3_J6_the_last_call_of_a_stop_function_may_stop_its_cooperator) {
  cleaner self = {.host = host, .in_stop = stop_cooperator, .stops_with = COOP_DONE};
  coop_cooperator *cooperator = self.cooperator = new_cooperator(host, 0);
  const coop_iterator iterator = {.step = step, .state = &self, .stop = stop, .close = close};
  OK(coop_task_create(cooperator, iterator, &self.task));
  coop_cooperator_destroy(cooperator); /* it lives until the task is started */
  OK(coop_task_start(self.task));
  EXPECT(host, "stop last, stop returns, close");
  coop_task_release(self.task);
}

static void wake(cleaner *self) {
  coop_task_wake(self->task);
  CHECK_STATUS(coop_task_resume(self->task), COOP_OK);
}

HOST_TEST(J3_S5_a_task_has_no_turn_inside_its_stop_function) {
  static const coop_turn turns[] = {COOP_MORE, COOP_WAIT};
  for (size_t i = 0; i < 2; i++) {
    cleaner self = {.host = host, .in_stop = wake, .stops_with = turns[i], .steps_with = COOP_DONE};
    add(&self, step);
    OK(coop_task_pause(self.task));
    host_forget(host);
    host->at_once = true;
    OK(coop_task_stop(self.task));
    EXPECT(host, "stop, stop returns, schedule, clean, close, A TASK_STOPPED");
    host->at_once = false;
    drop(&self);
  }
}

static void end_turn(cleaner *self) { CHECK(coop_cooperator_end_turn(self->cooperator, COOP_DONE) == NULL); }

static void fail_turn(cleaner *self) {
  coop_task_set_failure(self->task, failure(one));
  CHECK(coop_cooperator_end_turn(self->cooperator, COOP_FAILED) == NULL);
}

static void begin_turn(cleaner *self) {
  self->host->pendings = 0;
  CHECK(coop_cooperator_begin_slice(self->cooperator) == self->task);
}

HOST_TEST(J3_S12_a_task_is_not_closed_inside_its_stop_function_which_ends_its_turn) {
  cleaner done = {.host = host, .in_stop = end_turn, .stops_with = COOP_WAIT};
  add(&done, NULL);
  begin_turn(&done);
  coop_cooperator_suspend_turn(done.cooperator);
  OK(coop_task_stop(done.task));
  EXPECT(host, "stop, stop returns, close, A TASK_STOPPED");
  drop(&done);
  cleaner failed = {.host = host, .in_stop = fail_turn, .stops_with = COOP_MORE};
  add(&failed, NULL);
  begin_turn(&failed);
  coop_cooperator_suspend_turn(failed.cooperator);
  OK(coop_task_stop(failed.task));
  EXPECT(host, "stop, unhandled FAILURE one, stop returns, close, A TASK_STOPPED");
  drop(&failed);
}

static coop_deferred *awaited;

static void stop_and_await(cleaner *self) {
  OK(coop_task_stop(self->task));
  CHECK_STATUS(coop_task_await(self->task, awaited), COOP_TASK_STOPPED);
}

HOST_TEST(J3_D7_after_its_own_stop_a_turn_awaits_nothing) {
  cleaner self = {.host = host, .in_step = stop_and_await, .stops_with = COOP_DONE, .steps_with = COOP_WAIT};
  awaited = new_deferred(host);
  add(&self, step);
  host_pump(host);
  EXPECT(host, "turn, stop, close, A TASK_STOPPED");
  OK(coop_deferred_errback(awaited, failure(one)));
  coop_deferred_release(awaited);
  EXPECT(host, "unhandled FAILURE one");
  drop(&self);
}

/* ---- destroying the cooperator while a task is stopped ---- */

static void destroy_and_wake(cleaner *self) {
  destroy_cooperator(self);
  coop_task_wake(self->task);
}

HOST_TEST(J3_J6_a_turn_of_a_clean_up_may_destroy_the_cooperator_and_wake_its_task) {
  static const coop_turn turns[] = {COOP_MORE, COOP_WAIT};
  for (size_t i = 0; i < 2; i++) {
    cleaner self = {.host = host, .in_step = destroy_and_wake, .stops_with = COOP_MORE, .steps_with = turns[i]};
    add(&self, step);
    OK(coop_task_stop(self.task));
    EXPECT(host, "cancel, stop, schedule");
    host_pump(host);
    EXPECT(host, "clean, stop last, unhandled SCHEDULER_STOPPED, close, A TASK_STOPPED");
    drop(&self);
  }
}

static void wake_and_check(cleaner *self) {
  coop_task_wake(self->task);
  check_invariants(self->cooperator);
}

HOST_TEST(J3_S12_a_turn_that_was_suspended_after_it_had_stopped_its_task_does_not_go_on_when_all_is_destroyed) {
  cleaner self = {.host = host, .in_stop = wake_and_check, .stops_with = COOP_WAIT};
  add(&self, NULL);
  coop_cooperator *cooperator = self.cooperator;
  begin_turn(&self);
  OK(coop_task_stop(self.task));
  coop_cooperator_suspend_turn(cooperator);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "stop last, stop returns, unhandled SCHEDULER_STOPPED, close, A TASK_STOPPED");
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT_NOTHING(host);
  coop_task_release(self.task);
}

/* ---- the report of a failed clean-up ---- */

static cleaner *reported; /* whose clean-up the hook below hears of */

static void destroy_unhandled(void *context, coop_failure failed) {
  char text[100];
  host_log(context, "unhandled %s", result_text(failed, text, sizeof text));
  CHECK_EQUAL(coop_task_state(reported->task), COOP_STATE_STOPPED);
  coop_task_wake(reported->task);
  destroy_cooperator(reported);
}

static void fail(cleaner *self) { coop_task_set_failure(self->task, failure(two)); }

HOST_TEST(J3_D7_J6_the_unhandled_hook_may_destroy_the_cooperator_when_a_clean_up_fails) {
  host->hooks.unhandled = destroy_unhandled;
  cleaner in_stop = {.host = host, .in_stop = fail, .stops_with = COOP_FAILED};
  reported = &in_stop;
  add(&in_stop, step);
  OK(coop_task_stop(in_stop.task));
  EXPECT(host, "cancel, stop, stop returns, unhandled FAILURE two, close, A TASK_STOPPED");
  drop(&in_stop);
  cleaner in_step = {.host = host, .in_step = fail, .stops_with = COOP_MORE, .steps_with = COOP_FAILED};
  reported = &in_step;
  add(&in_step, step);
  OK(coop_task_stop(in_step.task));
  host_pump(host);
  EXPECT(host, "cancel, stop, schedule, clean, unhandled FAILURE two, close, A TASK_STOPPED");
  drop(&in_step);
}
