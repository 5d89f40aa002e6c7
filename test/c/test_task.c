/* S6 to S9, and D7 for tasks: states, pausing, waiting, and the end. */

#include "fake_host.h"

static char boom[] = "boom";
static char seven[] = "seven";

static coop_turn wait_for_wake(coop_task *task, worker *self) {
  (void)task;
  (void)self;
  return COOP_WAIT;
}

static coop_turn await_data_once(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_await(task, self->data));
    return COOP_WAIT;
  }
  char text[100];
  host_log(self->host, "got %s", result_text(coop_task_awaited(task), text, sizeof text));
  return COOP_DONE;
}

static coop_turn fail_with_data(coop_task *task, worker *self) {
  coop_task_set_failure(task, failure(self->data));
  return COOP_FAILED;
}

static coop_turn finish_with_data(coop_task *task, worker *self) {
  coop_task_set_result(task, self->data);
  return COOP_DONE;
}

static coop_turn just_fail(coop_task *task, worker *self) {
  (void)task;
  (void)self;
  return COOP_FAILED;
}

/* ---- S6 ---- */

HOST_TEST(S6_a_task_is_runnable_then_done) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.until = 2};
  worker_add(host, cooperator, &a);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  CHECK_RESULT(coop_task_outcome(a.task), "pending");
  OK(coop_task_pause(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  OK(coop_task_resume(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  host_pump_all(host, 2);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  CHECK_RESULT(coop_task_outcome(a.task), "nothing");
  host_forget(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_tasks_end_as_failed_or_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker fails = {.work = fail_with_data, .data = boom};
  worker stops = {.until = 9};
  worker_add(host, cooperator, &fails);
  worker_add(host, cooperator, &stops);
  OK(coop_task_stop(stops.task));
  CHECK_EQUAL(coop_task_state(stops.task), COOP_STATE_STOPPED);
  CHECK_RESULT(coop_task_outcome(stops.task), "TASK_STOPPED");
  CHECK_EQUAL(stops.closes, 1);
  host_pump(host);
  CHECK_EQUAL(coop_task_state(fails.task), COOP_STATE_FAILED);
  CHECK_RESULT(coop_task_outcome(fails.task), "FAILURE boom");
  coop_task_handle_failure(fails.task);
  EXPECT(host, "schedule");
  worker_drop(&fails);
  worker_drop(&stops);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_waiting_task_continues_when_its_deferred_has_a_value) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  CHECK_EQUAL(coop_task_pauses(a.task), 0);
  OK(coop_deferred_callback(deferred, seven));
  EXPECT(host, "schedule");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  host_pump(host);
  EXPECT(host, "A2, got seven");
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_task_paused_while_it_waits_needs_value_and_resume) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  OK(coop_task_pause(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  OK(coop_deferred_callback(deferred, seven));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  EXPECT(host, "schedule, A1");
  OK(coop_task_resume(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  host_pump(host);
  EXPECT(host, "schedule, A2, got seven");
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_task_paused_while_it_waits_needs_resume_and_value) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  OK(coop_task_pause(a.task));
  OK(coop_task_resume(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  EXPECT(host, "schedule, A1");
  OK(coop_deferred_callback(deferred, seven));
  host_pump(host);
  EXPECT(host, "schedule, A2, got seven");
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_resume_on_a_task_that_only_waits_is_refused) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = wait_for_wake};
  worker_add(host, cooperator, &a);
  host_pump(host);
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  EXPECT(host, "schedule, A1");
  OK(coop_task_pause(a.task));
  OK(coop_task_resume(a.task));
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  EXPECT_NOTHING(host);
  OK(coop_task_stop(a.task));
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_itself_and_wait(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_pause(task));
    CHECK_EQUAL(coop_task_state(task), COOP_STATE_PAUSED);
    return COOP_WAIT;
  }
  return COOP_DONE;
}

HOST_TEST(S6_a_task_that_pauses_itself_and_waits_needs_wake_and_resume) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = pause_itself_and_wait}, {.name = "B", .work = pause_itself_and_wait}};
  for (int i = 0; i < 2; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  host_pump(host);
  EXPECT(host, "schedule, A1, B1");
  coop_task_wake(workers[0].task);
  OK(coop_task_resume(workers[1].task));
  EXPECT_NOTHING(host);
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_PAUSED);
  CHECK_EQUAL(coop_task_state(workers[1].task), COOP_STATE_WAITING);
  OK(coop_task_resume(workers[0].task));
  coop_task_wake(workers[1].task);
  host_pump(host);
  EXPECT(host, "schedule, A2, B2");
  worker_drop(&workers[0]);
  worker_drop(&workers[1]);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_fired_and_pause(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_await(task, self->data));
    OK(coop_task_pause(task));
    return COOP_WAIT;
  }
  return COOP_DONE;
}

HOST_TEST(S6_a_task_that_awaits_a_fired_deferred_and_pauses_itself_needs_only_resume) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  OK(coop_deferred_callback(deferred, NULL));
  worker a = {.name = "A", .work = await_fired_and_pause, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  OK(coop_task_resume(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  host_pump(host);
  EXPECT(host, "schedule, A2");
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_two_tasks_may_await_one_deferred) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker workers[] = {{.name = "A", .work = await_data_once, .data = deferred},
                      {.name = "B", .work = await_data_once, .data = deferred}};
  for (int i = 0; i < 2; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  host_pump(host);
  watch(host, deferred, "chain");
  OK(coop_deferred_callback(deferred, seven));
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, schedule, chain seven, A2, got seven, B2, got seven");
  worker_drop(&workers[0]);
  worker_drop(&workers[1]);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_D7_awaiting_a_failure_handles_it) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  OK(coop_deferred_errback(deferred, failure(boom)));
  host_pump(host);
  EXPECT(host, "schedule, A1, schedule, A2, got FAILURE boom");
  coop_deferred_release(deferred);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S6_a_task_whose_deferred_is_destroyed_keeps_waiting_and_can_be_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  host_pump(host);
  coop_deferred_release(deferred);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_two_in_a_row(coop_task *task, worker *self) {
  coop_deferred **both = self->data;
  if (self->turns <= 2) {
    OK(coop_task_await(task, both[self->turns - 1]));
    return COOP_WAIT;
  }
  char text[100];
  host_log(self->host, "got %s", result_text(coop_task_awaited(task), text, sizeof text));
  return COOP_DONE;
}

HOST_TEST(S6_a_result_of_an_earlier_wait_does_not_end_the_last_one) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *both[] = {new_deferred(host), new_deferred(host)};
  worker a = {.name = "A", .work = await_two_in_a_row, .data = both};
  worker_add(host, cooperator, &a);
  host_pump(host);
  coop_task_wake(a.task); /* ends the first wait */
  host_pump(host);
  OK(coop_deferred_callback(both[0], boom));
  host_pump(host);
  CHECK_EQUAL(host_count(host, "got boom"), 0);
  OK(coop_deferred_callback(both[1], seven));
  host_forget(host);
  coop_cooperator_destroy(cooperator);
  host_forget(host);
  worker_drop(&a);
  coop_deferred_release(both[0]);
  coop_deferred_release(both[1]);
}

/* ---- S7 ---- */

HOST_TEST(S7_a_paused_task_has_no_turns_and_resume_runs_none_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  host_pump(host);
  host_pump(host);
  EXPECT(host, "schedule, A1, schedule, A2, schedule");
  OK(coop_task_pause(a.task));
  EXPECT(host, "cancel");
  CHECK_EQUAL(host_pump(host), 0);
  OK(coop_task_resume(a.task));
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "A3, schedule");
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "cancel");
  worker_drop(&a);
}

HOST_TEST(S7_pause_twice_needs_two_resumes) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 1};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  OK(coop_task_pause(a.task));
  CHECK_EQUAL(coop_task_pauses(a.task), 2);
  OK(coop_task_resume(a.task));
  CHECK_EQUAL(coop_task_pauses(a.task), 1);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  EXPECT(host, "schedule, cancel");
  OK(coop_task_resume(a.task));
  host_pump(host);
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_resume_on_a_task_that_is_not_paused_is_refused) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 1};
  worker_add(host, cooperator, &a);
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  CHECK_EQUAL(coop_task_pauses(a.task), 0);
  OK(coop_task_pause(a.task));
  OK(coop_task_resume(a.task));
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  CHECK_EQUAL(coop_task_pauses(a.task), 0);
  host_forget(host);
  host_pump(host);
  EXPECT(host, "A1");
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_pause_and_stop_on_a_finished_task_return_how_it_finished) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.until = 1}, {.work = fail_with_data, .data = boom}, {.until = 9}, {.work = wait_for_wake}};
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  coop_task_handle_failure(workers[1].task);
  OK(coop_task_stop(workers[2].task));
  host_pump(host);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule");
  static const coop_status statuses[] = {COOP_TASK_DONE, COOP_TASK_FAILED, COOP_TASK_STOPPED, COOP_SCHEDULER_STOPPED};
  for (int i = 0; i < 4; i++) {
    CHECK_STATUS(coop_task_pause(workers[i].task), statuses[i]);
    CHECK_STATUS(coop_task_stop(workers[i].task), statuses[i]);
    CHECK_STATUS(coop_task_pause(workers[i].task), statuses[i]);
    CHECK_EQUAL(coop_task_pauses(workers[i].task), 0);
    CHECK_STATUS(coop_task_resume(workers[i].task), COOP_NOT_PAUSED);
    CHECK_EQUAL(workers[i].closes, 1);
  }
  OK(coop_cooperator_start(cooperator));
  CHECK_STATUS(coop_task_stop(workers[3].task), COOP_SCHEDULER_STOPPED);
  EXPECT_NOTHING(host);
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
  }
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_resume_on_a_task_that_was_stopped_while_paused_does_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  OK(coop_task_pause(a.task));
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, cancel");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
  OK(coop_task_resume(a.task));
  OK(coop_task_resume(a.task));
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_resume_on_a_paused_task_of_a_stopped_cooperator_does_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  OK(coop_cooperator_stop(cooperator));
  OK(coop_cooperator_start(cooperator));
  OK(coop_task_resume(a.task));
  EXPECT(host, "schedule, cancel");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
  CHECK_EQUAL(a.turns, 0);
}

HOST_TEST(S7_a_stopped_task_stays_stopped_when_its_deferred_fires) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, A1, end TASK_STOPPED");
  OK(coop_deferred_callback(deferred, seven));
  CHECK_RESULT(coop_deferred_result(deferred), "seven");
  coop_deferred_release(deferred);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_D7_a_failure_after_the_waiting_task_was_stopped_is_reported) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = await_data_once, .data = deferred};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  OK(coop_task_stop(a.task));
  worker_drop(&a);
  EXPECT(host, "schedule, A1, end TASK_STOPPED");
  OK(coop_deferred_errback(deferred, failure(boom)));
  EXPECT_NOTHING(host);
  coop_deferred_release(deferred);
  EXPECT(host, "unhandled FAILURE boom");
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_itself(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_pause(task));
    return COOP_MORE;
  }
  return COOP_DONE;
}

HOST_TEST(S7_a_task_may_pause_itself) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = pause_itself}, {.name = "B", .until = 2}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, B2");
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_PAUSED);
  OK(coop_task_resume(workers[0].task));
  host_pump(host);
  EXPECT(host, "schedule, A2");
  worker_drop(&workers[0]);
  worker_drop(&workers[1]);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_itself_and_end(coop_task *task, worker *self) {
  OK(coop_task_pause(task));
  if (self->data) {
    coop_task_set_failure(task, failure(self->data));
    return COOP_FAILED;
  }
  return COOP_DONE;
}

HOST_TEST(S7_a_task_that_pauses_itself_in_its_last_turn_finishes) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = pause_itself_and_end},
                      {.name = "B", .work = pause_itself_and_end, .data = boom}};
  for (int i = 0; i < 2; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
  host_pump(host);
  EXPECT(host, "schedule, A1, A nothing, B1, B FAILURE boom");
  OK(coop_task_resume(workers[0].task));
  CHECK_STATUS(coop_task_pause(workers[0].task), COOP_TASK_DONE);
  CHECK_STATUS(coop_task_stop(workers[1].task), COOP_TASK_FAILED);
  EXPECT_NOTHING(host);
  for (int i = 0; i < 2; i++) {
    worker_drop(&workers[i]);
  }
  coop_cooperator_destroy(cooperator);
}

/* ---- S8 ---- */

HOST_TEST(S8_when_done_fires_with_the_result) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = finish_with_data, .data = seven, .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "A1, close A, end seven");
  CHECK_RESULT(coop_task_outcome(a.task), "seven");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_fails_with_the_failure_of_the_iterator) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom, .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  EXPECT(host, "schedule, A1, close A, end FAILURE boom");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_fails_with_TASK_STOPPED) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, cancel, close A, end TASK_STOPPED");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_fails_with_SCHEDULER_STOPPED) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, close A, end SCHEDULER_STOPPED");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_on_a_finished_task_fires_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.work = finish_with_data, .data = seven},
                      {.work = fail_with_data, .data = boom},
                      {.until = 9},
                      {.work = wait_for_wake}};
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  OK(coop_task_stop(workers[2].task));
  host_pump(host);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule");
  for (int i = 0; i < 4; i++) {
    watch_task(host, workers[i].task, "end");
    watch_task(host, workers[i].task, "again");
  }
  EXPECT(host,
         "end seven, again seven, end FAILURE boom, again FAILURE boom, end TASK_STOPPED, again TASK_STOPPED, "
         "end SCHEDULER_STOPPED, again SCHEDULER_STOPPED");
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
  }
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_the_host_is_not_offered_a_result_that_belongs_to_the_task) {
  host_watch_settled(host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.work = finish_with_data, .data = seven};
  worker_add(host, cooperator, &a);
  coop_deferred *before = NULL, *after = NULL;
  OK(coop_task_when_done(a.task, &before));
  host_pump(host);
  OK(coop_task_when_done(a.task, &after));
  EXPECT(host, "schedule");
  coop_deferred_release(before);
  coop_deferred_release(after);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_each_when_done_is_independent) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = finish_with_data, .data = seven};
  worker_add(host, cooperator, &a);
  coop_deferred *first = NULL;
  coop_deferred *second = NULL;
  coop_deferred *third = NULL;
  OK(coop_task_when_done(a.task, &first));
  OK(coop_task_when_done(a.task, &second));
  CHECK(first != second);
  OK(on_value(host, first, "first", return_failure, boom));
  watch(host, first, "first then");
  watch(host, second, "second");
  host_pump(host);
  EXPECT(host, "schedule, A1, first seven, first then FAILURE boom, second seven");
  CHECK_RESULT(coop_task_outcome(a.task), "seven");
  OK(coop_task_when_done(a.task, &third));
  CHECK(third != first && third != second);
  watch(host, third, "third");
  EXPECT(host, "third seven");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(third);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_deferreds_fire_in_the_order_requested) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 1};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "first");
  watch_task(host, a.task, "second");
  watch_task(host, a.task, "third");
  host_pump(host);
  EXPECT(host, "schedule, A1, first nothing, second nothing, third nothing");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_a_when_done_deferred_may_be_cancelled_fired_or_released_before_the_end) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = finish_with_data, .data = seven};
  worker_add(host, cooperator, &a);
  coop_deferred *cancelled = NULL;
  coop_deferred *fired = NULL;
  coop_deferred *dropped = NULL;
  OK(coop_task_when_done(a.task, &cancelled));
  OK(coop_task_when_done(a.task, &fired));
  OK(coop_task_when_done(a.task, &dropped));
  watch(host, cancelled, "cancelled");
  watch(host, fired, "fired");
  watch_task(host, a.task, "end");
  OK(coop_deferred_cancel(cancelled));
  OK(coop_deferred_callback(fired, boom));
  coop_deferred_release(dropped);
  EXPECT(host, "schedule, cancelled CANCELLED, fired boom");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  host_pump(host);
  EXPECT(host, "A1, end seven");
  coop_deferred_release(cancelled);
  coop_deferred_release(fired);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_FAILED_without_a_failure_set_is_a_plain_FAILURE) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = just_fail};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  EXPECT(host, "schedule, A1, end FAILURE");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_then_end_without_details(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_await(task, self->data));
    return COOP_WAIT;
  }
  return self->until ? COOP_DONE : COOP_FAILED;
}

HOST_TEST(S8_an_awaited_result_does_not_become_the_outcome) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *good = new_deferred(host);
  coop_deferred *bad = new_deferred(host);
  OK(coop_deferred_callback(good, seven));
  OK(coop_deferred_errback(bad, failure(boom)));
  worker workers[] = {{.name = "A", .work = await_then_end_without_details, .data = good, .until = 1},
                      {.name = "B", .work = await_then_end_without_details, .data = good},
                      {.name = "C", .work = await_then_end_without_details, .data = bad, .until = 1},
                      {.name = "D", .work = await_then_end_without_details, .data = bad}};
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, C1, D1, A2, A nothing, B2, B FAILURE, C2, C nothing, D2, D FAILURE");
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
  }
  coop_deferred_release(good);
  coop_deferred_release(bad);
  coop_cooperator_destroy(cooperator);
}

static coop_turn set_result_early(coop_task *task, worker *self) {
  if (self->turns == 1) {
    coop_task_set_result(task, seven);
    return COOP_MORE;
  }
  return COOP_DONE;
}

HOST_TEST(S8_a_result_may_be_set_in_an_earlier_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = set_result_early};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  EXPECT(host, "schedule, A1, A2, end seven");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn set_result_await_and_end(coop_task *task, worker *self) {
  if (self->turns == 1) {
    coop_task_set_result(task, seven);
    OK(coop_task_await(task, self->data));
    return COOP_WAIT;
  }
  CHECK_RESULT(coop_task_awaited(task), "FAILURE boom");
  return COOP_DONE;
}

HOST_TEST(S8_a_result_set_before_a_wait_is_kept) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = set_result_await_and_end, .data = deferred};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  OK(coop_deferred_errback(deferred, failure(boom)));
  host_pump(host);
  EXPECT(host, "schedule, A1, A2, end seven");
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

static coop_turn return_invalid_turn(coop_task *task, worker *self) {
  (void)task;
  (void)self;
  return (coop_turn)42;
}

HOST_TEST(S8_an_invalid_turn_code_fails_the_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = return_invalid_turn, .logs_close = true};
  worker_add(host, cooperator, &a);
  watch_task(host, a.task, "end");
  host_pump(host);
  EXPECT(host, "schedule, A1, close A, end INVALID_ARGUMENT");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_FAILED);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_coiterate_fires_its_deferred) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = finish_with_data, .data = seven, .host = host},
                      {.name = "B", .work = fail_with_data, .data = boom, .host = host},
                      {.name = "C", .work = wait_for_wake, .host = host}};
  coop_deferred *done[3];
  for (int i = 0; i < 3; i++) {
    done[i] = new_deferred(host);
    OK(coop_coiterate(cooperator, worker_iterator(&workers[i]), done[i]));
    watch(host, done[i], workers[i].name);
  }
  host_pump(host);
  EXPECT(host, "schedule, A1, A seven, B1, B FAILURE boom, C1");
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "C SCHEDULER_STOPPED");
  for (int i = 0; i < 3; i++) {
    CHECK_EQUAL(workers[i].closes, 1);
    coop_deferred_release(done[i]);
  }
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_coiterate_keeps_its_deferred_alive_until_the_end) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = finish_with_data, .data = seven, .host = host};
  coop_deferred *done = new_deferred(host);
  OK(coop_coiterate(cooperator, worker_iterator(&a), done));
  watch(host, done, "end");
  coop_deferred_release(done);
  host_pump(host);
  EXPECT(host, "schedule, A1, end seven");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_coiterate_accepts_that_its_deferred_is_cancelled) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom, .host = host};
  coop_deferred *done = new_deferred(host);
  OK(coop_coiterate(cooperator, worker_iterator(&a), done));
  watch(host, done, "end");
  OK(coop_deferred_cancel(done));
  host_pump(host);
  EXPECT(host, "schedule, end CANCELLED, A1");
  coop_deferred_release(done);
  coop_cooperator_destroy(cooperator);
}

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  *(coop_timeout **)context = timeout;
  return COOP_OK;
}

static void cancel_timer(void *context, coop_timeout *timeout) { CHECK(*(coop_timeout **)context == timeout); }

HOST_TEST(S8_the_result_of_a_task_is_never_released) {
  host_watch_release(host);
  for (int fails = 0; fails < 2; fails++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker a = {.name = "A", .work = fails ? fail_with_data : finish_with_data, .data = fails ? boom : seven};
    coop_timeout *timer = NULL;
    const coop_clock clock = {.context = &timer, .call_later = call_later, .cancel = cancel_timer};
    coop_deferred *dones[4];
    coop_deferred *target = new_deferred(host);
    coop_deferred *outer = new_deferred(host);
    worker_add(host, cooperator, &a);
    for (int i = 0; i < 4; i++) {
      OK(coop_task_when_done(a.task, &dones[i]));
    }
    OK(coop_deferred_chain(dones[1], target));
    OK(coop_deferred_add_timeout(dones[2], 10, &clock));
    OK(coop_deferred_fire(outer, coop_wait_for(dones[3])));
    host_pump(host);
    EXPECT(host, "schedule, A1");
    for (int i = 0; i < 4; i++) {
      coop_deferred_release(dones[i]);
    }
    coop_deferred_release(target);
    coop_deferred_release(outer);
    EXPECT(host, fails ? "unhandled FAILURE boom, unhandled FAILURE boom, "
                         "unhandled FAILURE boom, unhandled FAILURE boom"
                       : "");
    worker_drop(&a);
    coop_cooperator_destroy(cooperator);
  }
}

/* ---- S9 ---- */

typedef struct probe {
  worker *finished;
  coop_status expected;
  coop_state state;
} probe;

static coop_result check_finished(fake_host *host, void *data, coop_result result) {
  probe *self = data;
  worker *finished = self->finished;
  host_log(host, "check");
  CHECK_EQUAL(coop_task_state(finished->task), self->state);
  CHECK_STATUS(coop_task_outcome(finished->task).status, result.status);
  CHECK_STATUS(coop_task_pause(finished->task), self->expected);
  CHECK_STATUS(coop_task_stop(finished->task), self->expected);
  CHECK_EQUAL(finished->closes, 1);
  for (coop_task *task = coop_cooperator_first_task(finished->cooperator); task; task = coop_task_next(task)) {
    CHECK(task != finished->task);
  }
  watch_task(host, finished->task, "again");
  return nothing();
}

HOST_TEST(S9_a_task_has_left_the_cooperator_when_its_deferreds_fire) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.work = finish_with_data, .data = seven},
                      {.work = fail_with_data, .data = boom},
                      {.until = 0},
                      {.work = wait_for_wake}};
  probe probes[] = {{&workers[0], COOP_TASK_DONE, COOP_STATE_DONE},
                    {&workers[1], COOP_TASK_FAILED, COOP_STATE_FAILED},
                    {&workers[2], COOP_TASK_STOPPED, COOP_STATE_STOPPED},
                    {&workers[3], COOP_SCHEDULER_STOPPED, COOP_STATE_STOPPED}};
  coop_deferred *done[4];
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
    OK(coop_task_when_done(workers[i].task, &done[i]));
    OK(on_both(host, done[i], NULL, check_finished, &probes[i]));
  }
  OK(coop_task_stop(workers[2].task));
  EXPECT(host, "schedule, check, again TASK_STOPPED");
  host_pump(host);
  EXPECT(host, "check, again seven, check, again FAILURE boom");
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "check, again SCHEDULER_STOPPED");
  for (int i = 0; i < 4; i++) {
    coop_deferred_release(done[i]);
    worker_drop(&workers[i]);
  }
  coop_cooperator_destroy(cooperator);
}

static coop_result stop_cooperator(fake_host *host, void *data, coop_result result) {
  (void)result;
  OK(coop_cooperator_stop(data));
  host_log(host, "after stop");
  return nothing();
}

HOST_TEST(S9_a_when_done_callback_may_stop_the_cooperator) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B"}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  watch_task(host, workers[1].task, "B");
  coop_deferred *done = NULL;
  OK(coop_task_when_done(workers[0].task, &done));
  OK(on_both(host, done, "A", stop_cooperator, cooperator));
  host_pump(host);
  EXPECT(host, "schedule, A1, A nothing, B SCHEDULER_STOPPED, after stop");
  coop_deferred_release(done);
  worker_drop(&workers[0]);
  worker_drop(&workers[1]);
  coop_cooperator_destroy(cooperator);
}

typedef struct addition {
  coop_cooperator *cooperator;
  worker *added;
} addition;

static coop_result add_worker(fake_host *host, void *data, coop_result result) {
  (void)result;
  addition *self = data;
  worker_add(host, self->cooperator, self->added);
  return nothing();
}

HOST_TEST(S9_S4_a_when_done_callback_that_adds_a_task_requests_one_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 1};
  worker b = {.name = "B", .until = 1};
  addition adds = {cooperator, &b};
  worker_add(host, cooperator, &a);
  coop_deferred *done = NULL;
  OK(coop_task_when_done(a.task, &done));
  OK(on_both(host, done, NULL, add_worker, &adds));
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, schedule, B1");
  coop_deferred_release(done);
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

static coop_result stop_worker(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  worker *other = data;
  OK(coop_task_stop(other->task));
  return nothing();
}

HOST_TEST(S9_a_when_done_callback_may_stop_the_next_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B"}, {.name = "C", .until = 2}};
  for (int i = 0; i < 3; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  coop_deferred *done = NULL;
  OK(coop_task_when_done(workers[0].task, &done));
  OK(on_both(host, done, NULL, stop_worker, &workers[1]));
  host_pump(host);
  EXPECT(host, "schedule, A1, C1, C2");
  CHECK_EQUAL(coop_task_state(workers[1].task), COOP_STATE_STOPPED);
  coop_deferred_release(done);
  for (int i = 0; i < 3; i++) {
    worker_drop(&workers[i]);
  }
  coop_cooperator_destroy(cooperator);
}

/* ---- D7 ---- */

HOST_TEST(D7_a_failed_task_is_reported_when_its_last_reference_is_released) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom};
  worker_add(host, cooperator, &a);
  coop_task *other = coop_task_retain(a.task);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  EXPECT_NOTHING(host);
  coop_task_release(other);
  EXPECT(host, "unhandled FAILURE boom");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(D7_a_failed_task_without_references_is_reported_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom, .host = host, .logs_close = true};
  OK(coop_cooperate(cooperator, worker_iterator(&a), NULL));
  host_pump(host);
  EXPECT(host, "schedule, A1, close A, unhandled FAILURE boom");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(D7_when_done_after_the_failure_prevents_the_report) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom};
  worker_add(host, cooperator, &a);
  host_pump(host);
  watch_task(host, a.task, "end");
  EXPECT(host, "schedule, A1, end FAILURE boom");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(D7_an_unhandled_when_done_is_reported_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom};
  worker_add(host, cooperator, &a);
  coop_deferred *done = NULL;
  OK(coop_task_when_done(a.task, &done));
  host_pump(host);
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  EXPECT_NOTHING(host);
  coop_deferred_release(done);
  EXPECT(host, "unhandled FAILURE boom");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(D7_handle_failure_prevents_the_report) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = fail_with_data, .data = boom};
  worker b = {.name = "B", .work = fail_with_data, .data = boom};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  coop_task_handle_failure(a.task);
  host_pump(host);
  coop_task_handle_failure(b.task);
  worker_drop(&a);
  worker_drop(&b);
  EXPECT(host, "schedule, A1, B1");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(D7_done_and_stopped_tasks_are_not_reported) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.until = 1}, {.until = 9}, {.work = wait_for_wake}};
  for (int i = 0; i < 3; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  OK(coop_task_stop(workers[1].task));
  host_pump(host);
  OK(coop_cooperator_stop(cooperator));
  for (int i = 0; i < 3; i++) {
    worker_drop(&workers[i]);
  }
  EXPECT(host, "schedule");
  coop_cooperator_destroy(cooperator);
}

/* ---- queries, references, arguments ---- */

HOST_TEST(a_finished_task_can_be_queried_after_its_cooperator_is_destroyed) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.work = finish_with_data, .data = seven};
  worker b = {.work = wait_for_wake};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  CHECK_RESULT(coop_task_outcome(a.task), "seven");
  CHECK_EQUAL(coop_task_state(b.task), COOP_STATE_STOPPED);
  CHECK_RESULT(coop_task_outcome(b.task), "SCHEDULER_STOPPED");
  CHECK_STATUS(coop_task_pause(b.task), COOP_SCHEDULER_STOPPED);
  CHECK_STATUS(coop_task_resume(b.task), COOP_NOT_PAUSED);
  coop_task_wake(b.task);
  CHECK(coop_task_iterator_state(a.task) == &a);
  watch_task(host, a.task, "a");
  watch_task(host, b.task, "b");
  EXPECT(host, "a seven, b SCHEDULER_STOPPED");
  coop_task_stats stats;
  coop_task_get_stats(a.task, &stats);
  CHECK_EQUAL(stats.turns, 1);
  worker_drop(&a);
  worker_drop(&b);
}

HOST_TEST(a_retained_task_survives_one_release) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.until = 1};
  worker_add(host, cooperator, &a);
  CHECK(coop_task_retain(a.task) == a.task);
  coop_task_release(a.task);
  coop_task_release(NULL);
  host_pump(host);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  EXPECT(host, "schedule");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(a_task_without_references_runs_to_its_end) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 2, .host = host, .logs_close = true};
  OK(coop_cooperate(cooperator, worker_iterator(&a), NULL));
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, schedule, A2, close A");
  coop_cooperator_destroy(cooperator);
}

static coop_turn count_turn(coop_task *task, void *state) {
  (void)task;
  unsigned *turns = state;
  return ++*turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(the_close_function_is_optional) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  unsigned turns[2] = {0, 1};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = count_turn, .state = &turns[0]}, NULL));
  OK(coop_cooperate(cooperator, (coop_iterator){.step = count_turn, .state = &turns[1]}, &task));
  OK(coop_task_stop(task));
  coop_task_release(task);
  host_pump(host);
  CHECK_EQUAL(turns[0], 2);
  CHECK_EQUAL(turns[1], 1);
  EXPECT(host, "schedule");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(NULL_is_refused) {
  coop_deferred *done = NULL;
  CHECK_STATUS(coop_task_pause(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_resume(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_stop(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_when_done(NULL, &done), COOP_INVALID_ARGUMENT);
  CHECK(done == NULL);
  coop_deferred *deferred = new_deferred(host);
  CHECK_STATUS(coop_task_await(NULL, deferred), COOP_INVALID_ARGUMENT);
  coop_deferred_release(deferred);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.until = 1};
  worker_add(host, cooperator, &a);
  CHECK_STATUS(coop_task_when_done(a.task, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await(a.task, NULL), COOP_INVALID_ARGUMENT);
  host_pump(host);
  EXPECT(host, "schedule");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}
