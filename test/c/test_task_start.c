/* Tasks that are created first and started later: coop_task_create and coop_task_start. */

#include "fake_host.h"

static char seven[] = "seven";

/** Creates the task of a worker and keeps the reference, which worker_drop releases. */
static coop_task *create_worker(fake_host *host, coop_cooperator *cooperator, worker *self) {
  self->host = host;
  self->cooperator = cooperator;
  OK(coop_task_create(cooperator, worker_iterator(self), &self->task));
  return self->task;
}

HOST_TEST(create_refuses_missing_arguments) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"};
  coop_task *task = NULL;
  CHECK_STATUS(coop_task_create(NULL, worker_iterator(&a), &task), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_create(cooperator, worker_iterator(&a), NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_start(NULL), COOP_INVALID_ARGUMENT);
  CHECK(task == NULL);
  CHECK_EQUAL(a.closes, 0);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(create_without_memory_leaves_the_iterator_to_the_caller) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"};
  coop_task *task = NULL;
  host_fail_allocation(host, 1, false);
  CHECK_STATUS(coop_task_create(cooperator, worker_iterator(&a), &task), COOP_NO_MEMORY);
  CHECK(task == NULL);
  CHECK_EQUAL(a.closes, 0);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(start_needs_no_memory) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 1};
  create_worker(host, cooperator, &a);
  host_fail_allocation(host, 1, true);
  OK(coop_task_start(a.task));
  host_pump(host);
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(a_created_task_is_outside_the_cooperator_until_it_is_started) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 1};
  create_worker(host, cooperator, &a);
  EXPECT_NOTHING(host);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_RUNNABLE);
  CHECK_RESULT(coop_task_outcome(a.task), "pending");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  OK(coop_task_start(a.task));
  EXPECT(host, "schedule");
  CHECK(coop_cooperator_first_task(cooperator) == a.task);
  host_pump(host);
  EXPECT(host, "A1");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(a_created_task_is_followed_by_no_other_in_the_list) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"}, b = {.name = "B"};
  worker_add(host, cooperator, &a);
  create_worker(host, cooperator, &b);
  CHECK(coop_task_next(b.task) == NULL);
  CHECK(coop_cooperator_first_task(cooperator) == a.task);
  CHECK(coop_task_next(a.task) == NULL);
  OK(coop_task_start(b.task));
  CHECK(coop_task_next(a.task) == b.task);
  host_forget(host);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "cancel");
  worker_drop(&a);
  worker_drop(&b);
}

HOST_TEST(S2_start_puts_the_task_at_the_end_of_the_queue) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 2}, b = {.name = "B", .until = 2};
  create_worker(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  OK(coop_task_start(a.task));
  host_pump(host);
  EXPECT(host, "schedule, B1, A1, B2, A2");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(a_second_start_is_refused_and_changes_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 2}, b = {.name = "B", .until = 2};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  CHECK_STATUS(coop_task_start(a.task), COOP_INVALID_ARGUMENT);
  OK(coop_task_pause(b.task));
  CHECK_STATUS(coop_task_start(b.task), COOP_INVALID_ARGUMENT);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2");
  OK(coop_task_resume(b.task));
  host_pump(host);
  EXPECT(host, "schedule, B1, B2");
  CHECK_STATUS(coop_task_start(b.task), COOP_TASK_DONE);
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S7_pauses_before_the_start_count) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 1}, b = {.name = "B", .until = 1};
  create_worker(host, cooperator, &a);
  create_worker(host, cooperator, &b);
  CHECK_STATUS(coop_task_resume(a.task), COOP_NOT_PAUSED);
  OK(coop_task_pause(a.task));
  OK(coop_task_resume(a.task));
  OK(coop_task_pause(b.task));
  CHECK_EQUAL(coop_task_state(b.task), COOP_STATE_PAUSED);
  CHECK_EQUAL(coop_task_pauses(b.task), 1);
  EXPECT_NOTHING(host);
  OK(coop_task_start(a.task));
  OK(coop_task_start(b.task));
  host_pump(host);
  EXPECT(host, "schedule, A1");
  OK(coop_task_resume(b.task));
  host_pump(host);
  EXPECT(host, "schedule, B1");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S8_when_done_may_be_requested_before_the_start) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 1};
  create_worker(host, cooperator, &a);
  watch_task(host, a.task, "A");
  OK(coop_task_start(a.task));
  host_pump(host);
  EXPECT(host, "schedule, A1, A nothing");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(stopping_a_created_task_closes_it_and_it_cannot_be_started) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true};
  create_worker(host, cooperator, &a);
  watch_task(host, a.task, "A");
  OK(coop_task_stop(a.task));
  EXPECT(host, "close A, A TASK_STOPPED");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
  CHECK_STATUS(coop_task_start(a.task), COOP_TASK_STOPPED);
  CHECK_STATUS(coop_task_pause(a.task), COOP_TASK_STOPPED);
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  worker_drop(&a);
  EXPECT_NOTHING(host);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(releasing_a_created_task_stops_and_closes_it) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true}, b = {.name = "B", .logs_close = true};
  create_worker(host, cooperator, &a);
  watch_task(host, a.task, "A");
  worker_drop(&a);
  EXPECT(host, "close A, A TASK_STOPPED");
  create_worker(host, cooperator, &b);
  OK(coop_task_pause(b.task));
  worker_drop(&b);
  EXPECT(host, "close B");
  CHECK_EQUAL(a.closes + b.closes, 2);
  coop_cooperator_destroy(cooperator);
}

static void release_own_task(coop_task *task, worker *self) {
  CHECK(task == self->task);
  worker_drop(self);
}

HOST_TEST(J6_the_close_function_may_release_the_last_reference_to_a_task_that_was_not_started) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .on_close = release_own_task};
  create_worker(host, cooperator, &a);
  watch_task(host, a.task, "A");
  OK(coop_task_stop(a.task));
  EXPECT(host, "A TASK_STOPPED");
  CHECK_EQUAL(a.closes, 1);
  coop_cooperator_destroy(cooperator);
}

static void retain_and_look(coop_task *task, worker *self) {
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
  CHECK_RESULT(coop_task_outcome(task), "TASK_STOPPED");
  CHECK_STATUS(coop_task_start(task), COOP_TASK_STOPPED);
  self->data = coop_task_retain(task);
}

HOST_TEST(the_close_function_may_keep_a_task_that_is_released_unstarted) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .on_close = retain_and_look};
  create_worker(host, cooperator, &a);
  worker_drop(&a);
  CHECK_EQUAL(a.closes, 1);
  coop_task *kept = a.data;
  CHECK_EQUAL(coop_task_state(kept), COOP_STATE_STOPPED);
  coop_task_release(kept);
  CHECK_EQUAL(a.closes, 1);
  coop_cooperator_destroy(cooperator);
}

static coop_turn report_awaited(coop_task *task, worker *self) {
  char text[100];
  host_log(self->host, "awaited %s", result_text(coop_task_awaited(task), text, sizeof text));
  return COOP_DONE;
}

HOST_TEST(a_created_task_can_await_and_have_a_result_before_its_first_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *deferred = new_deferred(host);
  worker a = {.name = "A", .work = report_awaited};
  create_worker(host, cooperator, &a);
  coop_task_set_result(a.task, seven);
  OK(coop_task_await(a.task, deferred));
  OK(coop_deferred_callback(deferred, seven));
  coop_task_wake(a.task);
  EXPECT_NOTHING(host);
  OK(coop_task_start(a.task));
  host_pump(host);
  EXPECT(host, "schedule, A1, awaited seven");
  CHECK_RESULT(coop_task_outcome(a.task), "seven");
  coop_task_stats stats;
  coop_task_get_stats(a.task, &stats);
  CHECK_EQUAL(stats.turns, 1);
  worker_drop(&a);
  coop_deferred_release(deferred);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_stop_does_not_finish_a_created_task_and_its_start_then_does) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .logs_close = true}, b = {.name = "B", .until = 1};
  create_worker(host, cooperator, &a);
  create_worker(host, cooperator, &b);
  watch_task(host, a.task, "A");
  OK(coop_task_pause(a.task));
  OK(coop_cooperator_stop(cooperator));
  EXPECT_NOTHING(host);
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  OK(coop_task_start(a.task));
  EXPECT(host, "close A, A SCHEDULER_STOPPED");
  CHECK_STATUS(coop_task_start(a.task), COOP_SCHEDULER_STOPPED);
  OK(coop_cooperator_start(cooperator));
  OK(coop_task_start(b.task));
  host_pump(host);
  EXPECT(host, "schedule, B1");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(created_tasks_outlive_their_cooperator) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .logs_close = true},
                      {.name = "B", .logs_close = true},
                      {.name = "C", .logs_close = true},
                      {.name = "D", .logs_close = true}};
  for (int i = 0; i < 4; i++) {
    create_worker(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
  OK(coop_task_start(workers[3].task));
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, cancel, close D, D SCHEDULER_STOPPED");
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  OK(coop_task_start(workers[0].task));
  EXPECT(host, "close A, A SCHEDULER_STOPPED");
  OK(coop_task_stop(workers[1].task));
  EXPECT(host, "close B, B TASK_STOPPED");
  worker_drop(&workers[2]);
  EXPECT(host, "close C, C TASK_STOPPED");
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
  }
}

HOST_TEST(the_memory_of_a_destroyed_cooperator_is_freed_with_its_last_created_task) {
  const size_t empty = host->blocks;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"}, b = {.name = "B"};
  create_worker(host, cooperator, &a);
  create_worker(host, cooperator, &b);
  CHECK_EQUAL(host->blocks, empty + 3);
  coop_cooperator_destroy(cooperator);
  CHECK_EQUAL(host->blocks, empty + 3);
  OK(coop_task_start(a.task));
  CHECK_EQUAL(host->blocks, empty + 3);
  worker_drop(&b);
  CHECK_EQUAL(host->blocks, empty + 1);
  worker_drop(&a);
  CHECK_EQUAL(host->blocks, empty);
}

HOST_TEST(S5_start_may_run_the_first_slice_before_it_returns) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 2};
  create_worker(host, cooperator, &a);
  OK(coop_task_start(a.task));
  EXPECT(host, "schedule, A1, A2");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn start_data(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 1) OK(coop_task_start(((worker *)self->data)->task));
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_a_turn_may_start_another_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker b = {.name = "B", .until = 1}, a = {.name = "A", .work = start_data, .data = &b};
  create_worker(host, cooperator, &b);
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

static coop_turn destroy_and_start_data(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
  OK(coop_task_start(((worker *)self->data)->task));
  return COOP_MORE;
}

HOST_TEST(J6_a_turn_may_destroy_its_cooperator_and_then_start_a_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker b = {.name = "B", .logs_close = true};
  worker a = {.name = "A", .work = destroy_and_start_data, .data = &b, .logs_close = true};
  create_worker(host, cooperator, &b);
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, close B, close A");
  worker_drop(&a);
  worker_drop(&b);
}

HOST_TEST(D7_a_failure_set_before_the_start_is_not_reported_when_the_task_is_released) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A"};
  create_worker(host, cooperator, &a);
  coop_task_set_failure(a.task, failure(seven));
  worker_drop(&a); /* it is stopped, it does not fail */
  EXPECT_NOTHING(host);
  coop_cooperator_destroy(cooperator);
}
