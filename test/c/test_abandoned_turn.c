/* A step that does not return, here because of longjmp: coop_cooperator_end_turn ends its turn. */

#include <setjmp.h>

#include "fake_host.h"

static char boom[] = "boom";

static jmp_buf to_the_host;

static coop_turn abandon(coop_task *task, worker *self) {
  (void)task, (void)self;
  longjmp(to_the_host, 1);
}

static coop_turn pause_and_abandon(coop_task *task, worker *self) {
  OK(coop_task_pause(task));
  return abandon(task, self);
}

static coop_turn stop_and_abandon(coop_task *task, worker *self) {
  OK(coop_task_stop(task));
  return abandon(task, self);
}

static coop_turn stop_all_and_abandon(coop_task *task, worker *self) {
  OK(coop_cooperator_stop(self->cooperator));
  return abandon(task, self);
}

static coop_turn destroy_and_abandon(coop_task *task, worker *self) {
  coop_cooperator_destroy(self->cooperator);
  return abandon(task, self);
}

/* Runs the pending slice. Returns how many of its turns were abandoned. */
static int pump(fake_host *host, coop_cooperator *cooperator) {
  static int abandoned; /* survives the jumps */
  abandoned = 0;
  if (setjmp(to_the_host) == 0) {
    host_pump(host);
  } else {
    abandoned++;
    (void)coop_cooperator_end_turn(cooperator, COOP_FAILED);
  }
  return abandoned;
}

HOST_TEST(J5_an_abandoned_turn_fails_its_task_and_the_others_continue) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .until = 2};
  worker b = {.name = "B", .work = abandon, .logs_close = true};
  worker c = {.name = "C", .until = 1};
  worker_add(host, cooperator, &a);
  coop_task *task = worker_add(host, cooperator, &b);
  worker_add(host, cooperator, &c);
  watch_task(host, task, "B");
  EXPECT(host, "schedule");
  CHECK_EQUAL(pump(host, cooperator), 1);
  EXPECT(host, "A1, B1, close B, B FAILURE, C1, A2");
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_FAILED);
  CHECK(coop_cooperator_turning(cooperator) == NULL);
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  CHECK_EQUAL(stats.turns, 1);
  coop_cooperator_stats all;
  coop_cooperator_get_stats(cooperator, &all);
  CHECK_EQUAL(all.turns, 4);
  CHECK_EQUAL(all.slices, 1);
  worker_drop(&a), worker_drop(&b), worker_drop(&c);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(the_host_can_set_the_failure_of_an_abandoned_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = abandon};
  coop_task *task = worker_add(host, cooperator, &a);
  watch_task(host, task, "A");
  if (setjmp(to_the_host) == 0) {
    host_pump(host);
  } else {
    CHECK(coop_cooperator_turning(cooperator) == task);
    coop_task_set_failure(task, failure(boom));
    (void)coop_cooperator_end_turn(cooperator, COOP_FAILED);
  }
  EXPECT(host, "schedule, A1, A FAILURE boom");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_a_task_that_paused_itself_and_abandons_its_turn_fails_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = pause_and_abandon, .logs_close = true};
  coop_task *task = worker_add(host, cooperator, &a);
  watch_task(host, task, "A");
  CHECK_EQUAL(pump(host, cooperator), 1);
  EXPECT(host, "schedule, A1, close A, A FAILURE");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_a_task_that_stopped_itself_and_abandons_its_turn_is_closed_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = stop_and_abandon, .logs_close = true}, b = {.name = "B", .until = 1};
  coop_task *task = worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  CHECK_EQUAL(pump(host, cooperator), 1);
  EXPECT(host, "schedule, A1, unhandled FAILURE, close A, B1");
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
  worker_drop(&a), worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_an_abandoned_turn_that_stopped_the_cooperator_leaves_it_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = stop_all_and_abandon, .logs_close = true}, b = {.name = "B", .until = 1};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  CHECK_EQUAL(pump(host, cooperator), 1);
  EXPECT(host, "schedule, A1, unhandled FAILURE, close A");
  worker_drop(&a), worker_drop(&b);
  OK(coop_cooperator_start(cooperator));
  worker c = {.name = "C", .until = 1};
  worker_add(host, cooperator, &c);
  CHECK_EQUAL(pump(host, cooperator), 0);
  EXPECT(host, "schedule, C1");
  worker_drop(&c);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_an_abandoned_turn_that_destroyed_the_cooperator_leaks_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = destroy_and_abandon, .logs_close = true};
  worker_add(host, cooperator, &a);
  CHECK_EQUAL(pump(host, cooperator), 1);
  EXPECT(host, "schedule, A1, unhandled FAILURE, close A");
  worker_drop(&a);
}

/* A synchronous scheduler. Only the outermost call is one that abandoned turns can jump to. */
static coop_status run_at_once(void *context, coop_cooperator *cooperator) {
  static bool running;
  host_log(context, "schedule");
  if (running) {
    coop_cooperator_run_slice(cooperator);
    return COOP_OK;
  }
  running = true;
  if (setjmp(to_the_host) == 0)
    coop_cooperator_run_slice(cooperator);
  else
    (void)coop_cooperator_end_turn(cooperator, COOP_FAILED);
  running = false;
  return COOP_OK;
}

HOST_TEST(S5_the_slice_continues_after_abandoned_turns_inside_the_scheduler) {
  host->hooks.schedule = run_at_once;
  coop_cooperator *cooperator = new_cooperator_with(host, 0, true);
  worker workers[] = {{.name = "A", .work = abandon}, {.name = "B", .work = abandon}, {.name = "C", .work = abandon}};
  for (int i = 0; i < 3; i++) watch_task(host, worker_add(host, cooperator, &workers[i]), workers[i].name);
  OK(coop_cooperator_start(cooperator));
  EXPECT(host, "schedule, A1, A FAILURE, B1, B FAILURE, C1, C FAILURE");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  for (int i = 0; i < 3; i++) worker_drop(&workers[i]);
  coop_cooperator_destroy(cooperator);
}
