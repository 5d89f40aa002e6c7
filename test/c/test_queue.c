/* S1 to S5: turns, the queue, slices, and requests for slices. */

#include "fake_host.h"

enum { FEW = 6 };

static void add_all(fake_host *host, coop_cooperator *cooperator, worker *workers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
}

static void drop_all(worker *workers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    worker_drop(&workers[i]);
  }
}

/* ---- S1 ---- */

HOST_TEST(S1_a_turn_is_one_call_of_the_step) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 3};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule");
  CHECK_EQUAL(a.turns, 0);
  host_pump(host);
  EXPECT(host, "A1, schedule");
  host_pump(host);
  EXPECT(host, "A2, schedule");
  host_pump(host);
  EXPECT(host, "A3");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  CHECK_EQUAL(a.closes, 1);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn stop_the_others(coop_task *task, worker *self) {
  worker *others = self->data;
  for (; others->name; others++) {
    OK(coop_task_stop(others->task));
  }
  host_log(self->host, "%s continues", self->name);
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_RUNNABLE);
  return COOP_DONE;
}

HOST_TEST(S1_a_turn_is_atomic) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker others[] = {{.name = "B", .logs_close = true}, {.name = "C", .logs_close = true}, {.name = NULL}};
  worker a = {.name = "A", .work = stop_the_others, .data = others};
  worker_add(host, cooperator, &a);
  add_all(host, cooperator, others, 2);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "A1, close B, close C, A continues");
  worker_drop(&a);
  drop_all(others, 2);
  coop_cooperator_destroy(cooperator);
}

/* ---- S2 ---- */

HOST_TEST(S2_tasks_take_turns_in_the_order_added) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 3}, {.name = "B", .until = 3}, {.name = "C", .until = 3}};
  add_all(host, cooperator, workers, 3);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "A1, B1, C1, A2, B2, C2, A3, B3, C3");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

static coop_turn add_task(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 1) {
    worker_add(self->host, self->cooperator, self->data);
  }
  return self->turns == 3 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_task_added_in_the_middle_of_a_round_goes_to_the_end) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added = {.name = "D", .until = 2};
  worker workers[] = {
      {.name = "A", .until = 3}, {.name = "B", .work = add_task, .data = &added}, {.name = "C", .until = 3}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, C1, A2, D1, B2, C2, A3, D2, B3, C3");
  drop_all(workers, 3);
  worker_drop(&added);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_and_resume_the_first(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 1) {
    coop_task *other = self->data;
    OK(coop_task_pause(other));
    OK(coop_task_resume(other));
  }
  return self->turns == 3 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_resumed_task_goes_to_the_end) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {
      {.name = "A", .work = pause_and_resume_the_first}, {.name = "B", .until = 3}, {.name = "C", .until = 3}};
  add_all(host, cooperator, workers, 3);
  workers[0].data = workers[1].task;
  host_pump(host);
  EXPECT(host, "schedule, A1, C1, B1, A2, C2, B2, A3, C3, B3");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_and_resume_itself(coop_task *task, worker *self) {
  OK(coop_task_pause(task));
  OK(coop_task_resume(task));
  return self->turns == 3 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_task_that_pauses_and_resumes_itself_is_in_the_queue_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = pause_and_resume_itself}, {.name = "B", .until = 3}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2, B2, A3, B3");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_lone_task_that_pauses_and_resumes_itself_continues) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .work = pause_and_resume_itself};
  worker_add(host, cooperator, &a);
  host_pump_all(host, 3);
  EXPECT(host, "schedule, A1, schedule, A2, schedule, A3");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_task_that_finishes_does_not_take_the_next_turn_away) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1},
                      {.name = "B", .until = 2},
                      {.name = "C", .until = 1},
                      {.name = "D", .until = 2},
                      {.name = "E", .until = 2}};
  add_all(host, cooperator, workers, 5);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, C1, D1, E1, B2, D2, E2");
  drop_all(workers, 5);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_data(coop_task *task, worker *self) {
  if (self->turns == 4) {
    return COOP_DONE;
  }
  OK(coop_task_await(task, self->data));
  return COOP_WAIT;
}

HOST_TEST(S2_a_task_that_awaits_a_fired_deferred_keeps_its_place_in_the_round) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *fired = new_deferred(host);
  OK(coop_deferred_callback(fired, NULL));
  worker workers[] = {
      {.name = "A", .work = await_data, .data = fired}, {.name = "B", .until = 4}, {.name = "C", .until = 4}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, C1, A2, B2, C2, A3, B3, C3, A4, B4, C4");
  drop_all(workers, 3);
  coop_deferred_release(fired);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_tasks_that_await_fired_deferreds_starve_nobody) {
  coop_cooperator *cooperator = new_cooperator(host, 2);
  coop_deferred *fired = new_deferred(host);
  OK(coop_deferred_callback(fired, NULL));
  worker workers[] = {{.name = "A", .work = await_data, .data = fired},
                      {.name = "B", .work = await_data, .data = fired},
                      {.name = "C", .until = 4}};
  add_all(host, cooperator, workers, 3);
  host_pump_all(host, 6);
  EXPECT(host,
         "schedule, A1, B1, schedule, C1, A2, schedule, B2, C2, schedule, A3, B3, schedule, C3, A4, schedule, B4, C4");
  drop_all(workers, 3);
  coop_deferred_release(fired);
  coop_cooperator_destroy(cooperator);
}

static coop_turn wait_for_wake(coop_task *task, worker *self) {
  (void)task;
  return self->turns == 2 ? COOP_DONE : COOP_WAIT;
}

static coop_turn wake_data(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 2) {
    coop_task_wake(self->data);
    coop_task_wake(self->data);
  }
  return self->turns == 4 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_woken_task_goes_to_the_end_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {
      {.name = "A", .work = wait_for_wake}, {.name = "B", .work = wake_data}, {.name = "C", .until = 4}};
  add_all(host, cooperator, workers, 3);
  workers[1].data = workers[0].task;
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, C1, B2, C2, A2, B3, C3, B4, C4");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_waking_a_runnable_task_does_not_move_it) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}, {.name = "C", .until = 2}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  coop_task_wake(workers[1].task);
  coop_task_wake(workers[0].task);
  host_pump_all(host, 5);
  EXPECT(host, "schedule, A1, schedule, B1, schedule, C1, schedule, A2, schedule, B2, schedule, C2");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

static coop_turn wake_early(coop_task *task, worker *self) {
  switch (self->turns) {
    case 1: /* without effect: this turn does not return COOP_WAIT */
      coop_task_wake(task);
      return COOP_MORE;
    case 2:
      coop_task_wake(task);
      return COOP_WAIT;
    case 3:
      return COOP_WAIT;
    default:
      return COOP_DONE;
  }
}

HOST_TEST(S2_a_wake_counts_only_for_the_turn_in_which_it_comes) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = wake_early}, {.name = "B", .until = 3}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2, B2, A3, B3");
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_WAITING);
  coop_task_wake(workers[0].task);
  host_pump(host);
  EXPECT(host, "schedule, A4");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

static coop_turn wake_and_return_more_then_wait(coop_task *task, worker *self) {
  if (self->turns == 1) {
    coop_task_wake(task);
    return COOP_MORE;
  }
  return self->turns == 2 ? COOP_WAIT : COOP_DONE;
}

HOST_TEST(S2_a_wake_in_a_turn_that_returns_MORE_does_not_end_the_next_wait) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = wake_and_return_more_then_wait};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_WAITING);
  OK(coop_task_stop(a.task));
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_share_is_that_many_turns_in_a_row) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {
      {.name = "A", .until = 5, .share = 3}, {.name = "B", .until = 3}, {.name = "C", .until = 4, .share = 2}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2, A3, B1, C1, C2, A4, A5, B2, C3, C4, B3");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_share_continues_in_the_next_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 2);
  worker workers[] = {{.name = "A", .until = 6, .share = 3}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump_all(host, 4);
  EXPECT(host, "schedule, A1, A2, schedule, A3, B1, schedule, A4, A5, schedule, A6, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_task_that_leaves_the_queue_loses_the_rest_of_its_share) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .until = 4, .share = 3}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  host_pump_all(host, 10);
  EXPECT(host, "schedule, A1, schedule, B1, schedule, A2, schedule, A3, schedule, A4, schedule, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_the_share_of_a_task_that_leaves_does_not_pass_to_the_next) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .share = 5}, {.name = "B", .until = 2}, {.name = "C", .until = 2}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  OK(coop_task_stop(workers[0].task));
  host_pump_all(host, 10);
  EXPECT(host, "schedule, A1, schedule, B1, schedule, C1, schedule, B2, schedule, C2");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

static coop_turn await_in_the_second_turn(coop_task *task, worker *self) {
  if (self->turns == 2) {
    OK(coop_task_await(task, self->data));
    return COOP_WAIT;
  }
  return self->turns == 5 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_waiting_ends_the_share) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *fired = new_deferred(host);
  OK(coop_deferred_callback(fired, NULL));
  worker workers[] = {{.name = "A", .work = await_in_the_second_turn, .data = fired, .share = 3},
                      {.name = "B", .until = 3}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2, B1, A3, A4, A5, B2, B3");
  drop_all(workers, 2);
  coop_deferred_release(fired);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_and_resume_itself_once(coop_task *task, worker *self) {
  if (self->turns == 1) {
    OK(coop_task_pause(task));
    OK(coop_task_resume(task));
  }
  return self->turns == 4 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_task_that_pauses_itself_loses_the_rest_of_its_share) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = pause_and_resume_itself_once, .share = 3}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2, A3, A4, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

/* After some turns the core knows what they cost, and ends them without reading the clock. */
static coop_turn leave_and_come_back_with_another(coop_task *task, worker *self) {
  if (self->turns == 7) {
    coop_task *other = ((worker *)self->data)->task;
    OK(coop_task_pause(task));
    OK(coop_task_resume(task));
    OK(coop_task_pause(other));
    OK(coop_task_resume(other));
  }
  return self->turns == 8 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_task_that_becomes_the_head_again_in_its_turn_loses_the_rest_of_its_share) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker b = {.name = "B", .until = 4};
  worker a = {.name = "A", .work = leave_and_come_back_with_another, .data = &b, .share = 3};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2, A3, B1, A4, A5, A6, B2, A7, B3, A8, B4");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_share_of_0_means_1) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 2, .share = 0}, {.name = "B", .until = 2, .share = 1}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_the_largest_share_works) {
  coop_cooperator *cooperator = new_cooperator(host, 3);
  worker workers[] = {{.name = "A", .until = 4, .share = UINT32_MAX}, {.name = "B", .until = 1}};
  add_all(host, cooperator, workers, 2);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, A2, A3, schedule, A4, B1");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

static coop_turn add_another_each_turn(coop_task *task, worker *self) {
  (void)task;
  worker *spare = self->data;
  if (self->turns <= FEW) {
    OK(coop_cooperate(self->cooperator, worker_iterator(&spare[self->turns - 1]), NULL));
  }
  return self->turns == 4 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S2_a_task_that_adds_tasks_cannot_starve_another) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added[FEW] = {{.name = "a", .until = 2, .host = host},
                       {.name = "b", .until = 2, .host = host},
                       {.name = "c", .until = 1, .host = host},
                       {.name = "d", .until = 1, .host = host}};
  worker workers[] = {{.name = "A", .work = add_another_each_turn, .data = added}, {.name = "B", .until = 4}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, a1, A2, B2, a2, b1, A3, B3, b2, c1, A4, B4, d1");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

/* ---- S3 ---- */

typedef struct limiter {
  fake_host *host;
  unsigned slices;
  unsigned turns;
  unsigned ends_after; /* turns */
  coop_status status;
} limiter;

static coop_status logging_factory(void *context, coop_slice_limit *limit) {
  limiter *self = context;
  self->slices++;
  self->turns = 0;
  host_log(self->host, "factory");
  limit->ask = true;
  return self->status;
}

static bool logging_predicate(void *context) {
  limiter *self = context;
  bool over = ++self->turns >= self->ends_after;
  host_log(self->host, over ? "over" : "on");
  return over;
}

static coop_cooperator *new_limited_cooperator(fake_host *host, limiter *self) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(
      &host->hooks,
      &(coop_cooperator_options){.predicate_factory = logging_factory, .predicate = logging_predicate, .context = self},
      &cooperator));
  return cooperator;
}

HOST_TEST(S3_the_factory_is_called_once_per_slice_and_the_predicate_after_every_turn) {
  limiter predicate = {.host = host, .ends_after = 3};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker workers[] = {{.name = "A", .until = 3}, {.name = "B", .until = 3}};
  add_all(host, cooperator, workers, 2);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "factory, A1, on, B1, on, A2, over, schedule");
  host_pump(host);
  EXPECT(host, "factory, B2, on, A3, on, B3, over");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_the_predicate_is_called_after_the_last_turn_of_a_task) {
  limiter predicate = {.host = host, .ends_after = 2};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}, {.name = "C", .until = 1}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  EXPECT(host, "schedule, factory, A1, on, B1, over, schedule");
  host_pump(host);
  EXPECT(host, "factory, C1, on");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_the_predicate_is_called_after_every_turn_of_a_share) {
  limiter predicate = {.host = host, .ends_after = 2};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker workers[] = {{.name = "A", .until = 3, .share = 3}, {.name = "B", .until = 1}};
  add_all(host, cooperator, workers, 2);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, factory, A1, on, A2, over, schedule, factory, A3, on, B1, over");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_the_predicate_is_called_after_turns_that_wait_or_pause) {
  limiter predicate = {.host = host, .ends_after = 100};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  coop_deferred *fired = new_deferred(host);
  OK(coop_deferred_callback(fired, NULL));
  worker workers[] = {{.name = "A", .work = await_in_the_second_turn, .data = fired},
                      {.name = "B", .work = pause_and_resume_itself}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, factory, A1, on, B1, on, A2, on, B2, on, A3, on, B3, on, A4, on, A5, on");
  drop_all(workers, 2);
  coop_deferred_release(fired);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_a_slice_runs_at_least_one_turn) {
  limiter predicate = {.host = host, .ends_after = 0};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker a = {.name = "A", .until = 2};
  worker_add(host, cooperator, &a);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, factory, A1, over, schedule, factory, A2, over");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_a_slice_ends_when_no_task_is_runnable) {
  limiter predicate = {.host = host, .ends_after = 100};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .work = wait_for_wake}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, factory, A1, on, B1, on");
  coop_task_wake(workers[1].task);
  host_pump(host);
  EXPECT(host, "schedule, factory, B2, on");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_the_next_slice_continues_with_the_head_of_the_queue) {
  coop_cooperator *cooperator = new_cooperator(host, 2);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}, {.name = "C", .until = 2}};
  add_all(host, cooperator, workers, 3);
  host_pump_all(host, 3);
  EXPECT(host, "schedule, A1, B1, schedule, C1, A2, schedule, B2, C2");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_J7_a_factory_that_fails_makes_a_slice_of_one_turn) {
  limiter predicate = {.host = host, .ends_after = 100, .status = COOP_HOST_FAILED};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  CHECK_EQUAL(workers[0].turns, 1);
  CHECK_EQUAL(workers[1].turns, 0);
  host_pump(host);
  CHECK_EQUAL(workers[1].turns, 1);
  predicate.status = COOP_OK;
  host_pump(host);
  CHECK_EQUAL(workers[0].turns + workers[1].turns, 4);
  CHECK_EQUAL(predicate.slices, 3);
  CHECK_EQUAL(host->schedules, 3);
  host_forget(host);
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

/* ---- S4 ---- */

HOST_TEST(S4_many_tasks_request_one_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[FEW] = {{.until = 1}, {.until = 1}, {.until = 1}, {.until = 1}, {.until = 1}, {.until = 1}};
  add_all(host, cooperator, workers, FEW);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT_NOTHING(host);
  drop_all(workers, FEW);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_an_idle_cooperator_requests_no_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  OK(coop_cooperator_start(cooperator));
  EXPECT_NOTHING(host);
  worker a = {.name = "A", .until = 1};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  OK(coop_cooperator_start(cooperator));
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_stopping_the_last_runnable_task_cancels_the_pending_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}, {.name = "C", .until = 1}};
  add_all(host, cooperator, workers, 2);
  EXPECT(host, "schedule");
  OK(coop_task_stop(workers[0].task));
  EXPECT_NOTHING(host);
  OK(coop_task_stop(workers[1].task));
  EXPECT(host, "cancel");
  CHECK_EQUAL(host->pendings, 0);
  add_all(host, cooperator, workers + 2, 1);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "C1");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_pausing_the_last_runnable_task_cancels_and_resuming_requests_again) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}};
  add_all(host, cooperator, workers, 2);
  OK(coop_task_pause(workers[0].task));
  EXPECT(host, "schedule");
  OK(coop_task_pause(workers[1].task));
  EXPECT(host, "cancel");
  OK(coop_task_resume(workers[1].task));
  EXPECT(host, "schedule");
  OK(coop_task_resume(workers[0].task));
  EXPECT_NOTHING(host);
  host_pump(host);
  EXPECT(host, "B1, A1");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_a_waiting_task_leaves_nothing_pending_and_waking_it_requests_a_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = wait_for_wake};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  CHECK_EQUAL(host->pendings, 0);
  coop_task_wake(a.task);
  coop_task_wake(a.task);
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "A2");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_stopping_a_paused_or_waiting_task_does_not_cancel_the_slice_of_others) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .work = wait_for_wake}, {.name = "B"}, {.name = "C", .until = 1}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  OK(coop_task_pause(workers[1].task));
  EXPECT(host, "schedule, A1, schedule");
  OK(coop_task_stop(workers[0].task));
  OK(coop_task_stop(workers[1].task));
  EXPECT_NOTHING(host);
  host_pump(host);
  EXPECT(host, "C1");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_a_slice_that_was_not_requested_does_nothing) {
  limiter predicate = {.host = host, .ends_after = 1};
  coop_cooperator *cooperator = new_limited_cooperator(host, &predicate);
  coop_cooperator_run_slice(cooperator);
  EXPECT_NOTHING(host);
  worker a = {.name = "A", .work = wait_for_wake};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  EXPECT(host, "schedule, cancel");
  coop_cooperator_run_slice(cooperator);
  EXPECT_NOTHING(host);
  OK(coop_task_resume(a.task));
  host_pump(host);
  EXPECT(host, "schedule, factory, A1, over");
  coop_cooperator_run_slice(cooperator);
  EXPECT_NOTHING(host);
  OK(coop_cooperator_stop(cooperator));
  coop_cooperator_run_slice(cooperator);
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static worker *added_by_schedule;

/** Runs the slice at once; inside the second request, then also adds a task. */
static coop_status run_then_add(void *context, coop_cooperator *cooperator) {
  fake_host *host = context;
  host_log(host, "schedule");
  coop_cooperator_run_slice(cooperator);
  if (++host->schedules == 1) {
    worker *added = added_by_schedule;
    worker_add(host, cooperator, added);
  }
  return COOP_OK;
}

HOST_TEST(S4_a_task_added_while_a_slice_is_granted_requests_no_second_slice) {
  host->hooks.schedule = run_then_add;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 2}, b = {.name = "B", .until = 1};
  added_by_schedule = &b;
  worker_add(host, cooperator, &a);
  /* The second request comes at the end of the first slice. Its slice runs only when the request has returned. */
  EXPECT(host, "schedule, A1, schedule, A2, schedule, B1");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_a_host_that_cannot_cancel_may_make_the_call) {
  host->hooks.cancel = NULL;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 2};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  host_pump(host);
  EXPECT(host, "schedule");
  OK(coop_task_resume(a.task));
  host_pump(host);
  EXPECT(host, "schedule, A1, schedule");
  /* A stray call, which runs the slice that is pending. */
  coop_cooperator_run_slice(cooperator);
  EXPECT(host, "A2");
  host_pump(host);
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_a_failed_request_is_repeated_at_the_next_occasion) {
  host->schedule_status = COOP_HOST_FAILED;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 1}};
  add_all(host, cooperator, workers, 1);
  EXPECT(host, "schedule refused");
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_RUNNABLE);
  coop_cooperator_run_slice(cooperator);
  EXPECT_NOTHING(host);
  host->schedule_status = COOP_OK;
  add_all(host, cooperator, workers + 1, 1);
  EXPECT(host, "schedule");
  host->schedule_status = COOP_HOST_FAILED;
  host_pump(host);
  EXPECT(host, "A1, schedule refused");
  host->schedule_status = COOP_OK;
  OK(coop_cooperator_start(cooperator));
  EXPECT(host, "schedule");
  host_pump_all(host, 2);
  EXPECT(host, "B1, schedule, A2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S4_a_failed_request_is_not_cancelled) {
  host->schedule_status = COOP_HOST_FAILED;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule refused");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

/* ---- S5 ---- */

HOST_TEST(S5_a_synchronous_scheduler_runs_slices_one_after_another) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.name = "A", .until = 3, .logs_close = true};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule, A1, schedule, A2, schedule, A3, close A");
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_DONE);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S5_a_synchronous_scheduler_does_not_grow_the_stack) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker a = {.until = 300000};
  worker_add(host, cooperator, &a);
  CHECK_EQUAL(a.turns, 300000);
  CHECK_EQUAL(host->schedules, 300000);
  host_forget(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn run_a_slice_of_its_own(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_run_slice(self->cooperator);
  host_log(self->host, "back in %s", self->name);
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S5_a_slice_never_runs_inside_a_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 2);
  worker workers[] = {{.name = "A", .work = run_a_slice_of_its_own}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, back in A, B1, schedule, A2, back in A, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S5_a_task_added_in_a_turn_runs_later_with_a_synchronous_scheduler) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker added = {.name = "D", .until = 2};
  worker a = {.name = "A", .work = add_task, .data = &added};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule, A1, schedule, D1, schedule, A2, schedule, D2, schedule, A3");
  worker_drop(&a);
  worker_drop(&added);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S5_wake_runs_the_slice_with_a_synchronous_scheduler) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = wait_for_wake};
  worker_add(host, cooperator, &a);
  EXPECT(host, "schedule, A1");
  coop_task_wake(a.task);
  EXPECT(host, "schedule, A2");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}
