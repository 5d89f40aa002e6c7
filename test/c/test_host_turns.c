/* Turns of tasks without a step, which the host runs: coop_cooperator_begin_slice and coop_cooperator_end_turn. */

#include "fake_host.h"

static const char *name_of(const coop_task *task) { return task == NULL ? "none" : coop_task_iterator_state(task); }

static void close_logs(coop_task *task, void *state);
static fake_host *closing_in;

static coop_task *add(fake_host *host, coop_cooperator *cooperator, const char *name, uint32_t share) {
  coop_task *task = NULL;
  closing_in = host;
  OK(coop_cooperate(cooperator, (coop_iterator){.state = (void *)name, .close = close_logs, .share = share}, &task));
  coop_task_release(task); /* the cooperator holds another reference */
  return task;
}

static void close_logs(coop_task *task, void *state) {
  host_log(closing_in, "close %s %d", (const char *)state, (int)coop_task_state(task));
}

/* Begins the pending slice. */
static coop_task *begin(fake_host *host, coop_cooperator *cooperator) {
  CHECK_EQUAL(host->pendings, 1);
  host->pendings = 0;
  return coop_cooperator_begin_slice(cooperator);
}

/* Checks whose turn it is. */
#define TURN(task, name) CHECK_TEXT(name_of(task), name)

HOST_TEST(S2_turns_of_the_host_and_of_steps_share_one_queue) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker b = {.name = "B", .until = 3}, c = {.name = "C", .until = 2};
  add(host, cooperator, "A", 1);
  worker_add(host, cooperator, &b);
  worker_add(host, cooperator, &c);
  add(host, cooperator, "D", 1);
  EXPECT(host, "schedule");
  TURN(begin(host, cooperator), "A");
  EXPECT_NOTHING(host);
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "D");
  EXPECT(host, "B1, C1");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
  EXPECT_NOTHING(host);
  TURN(coop_cooperator_end_turn(cooperator, COOP_DONE), "D");
  EXPECT(host, "close A 3, B2, C2");
  TURN(coop_cooperator_end_turn(cooperator, COOP_FAILED), "none");
  EXPECT(host, "close D 4, unhandled FAILURE, B3");
  worker_drop(&b);
  worker_drop(&c);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S2_a_share_counts_turns_of_the_host) {
  coop_cooperator *cooperator = new_cooperator(host, 5);
  add(host, cooperator, "A", 2);
  add(host, cooperator, "B", 1);
  host_forget(host);
  TURN(begin(host, cooperator), "A");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "B");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
  EXPECT_NOTHING(host);
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "none"); /* that were the five turns of the slice */
  EXPECT(host, "schedule");
  coop_cooperator_destroy(cooperator);
  host_forget(host);
}

HOST_TEST(J6_calls_inside_a_turn_of_the_host_work_as_in_a_step) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  add(host, cooperator, "A", 1);
  add(host, cooperator, "B", 1);
  add(host, cooperator, "C", 1);
  host_forget(host);
  coop_task *a = begin(host, cooperator);
  CHECK(coop_cooperator_turning(cooperator) == a);
  OK(coop_task_pause(a));
  coop_task *b = coop_cooperator_end_turn(cooperator, COOP_MORE);
  TURN(b, "B");
  OK(coop_task_resume(a)); /* goes to the end */
  OK(coop_task_stop(b));
  EXPECT_NOTHING(host); /* its iterator is closed when the turn is over */
  coop_task *c = coop_cooperator_end_turn(cooperator, COOP_MORE);
  TURN(c, "C");
  EXPECT(host, "close B 5");
  TURN(coop_cooperator_end_turn(cooperator, COOP_WAIT), "A");
  CHECK_EQUAL(coop_task_state(c), COOP_STATE_WAITING);
  coop_task_wake(c);
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "C");
  coop_task_wake(c); /* in its own turn: it does not wait */
  TURN(coop_cooperator_end_turn(cooperator, COOP_WAIT), "A");
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "close C 5");
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "none");
  EXPECT(host, "close A 5");
}

HOST_TEST(S5_no_slice_begins_inside_a_turn_of_the_host) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  add(host, cooperator, "A", 1);
  host_forget(host);
  TURN(begin(host, cooperator), "A");
  TURN(coop_cooperator_begin_slice(cooperator), "none");
  coop_cooperator_run_slice(cooperator);
  host->at_once = true; /* the next slice begins inside the scheduler */
  TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
  EXPECT(host, "schedule");
  host->at_once = false;
  TURN(coop_cooperator_end_turn(cooperator, COOP_DONE), "none");
  EXPECT(host, "close A 3");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(end_turn_without_a_turn_does_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  CHECK(coop_cooperator_end_turn(NULL, COOP_DONE) == NULL);
  CHECK(coop_cooperator_begin_slice(NULL) == NULL);
  CHECK(coop_cooperator_turning(cooperator) == NULL);
  add(host, cooperator, "A", 1);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "schedule");
  coop_cooperator_destroy(cooperator);
  host_forget(host);
}

HOST_TEST(a_task_without_a_step_fails_if_the_host_runs_no_turns) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker b = {.name = "B", .until = 2};
  add(host, cooperator, "A", 1);
  worker_add(host, cooperator, &b);
  host_pump(host);
  EXPECT(host, "schedule, close A 4, unhandled INVALID_ARGUMENT, B1, B2");
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S3_turns_of_the_host_count_like_others) {
  coop_cooperator *cooperator = new_cooperator(host, 4);
  coop_task *a = add(host, cooperator, "A", 1);
  for (int slice = 0; slice < 3; slice++) {
    TURN(begin(host, cooperator), "A");
    for (int turn = 1; turn < 4; turn++) TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "A");
    TURN(coop_cooperator_end_turn(cooperator, COOP_MORE), "none");
  }
  coop_task_stats stats;
  coop_task_get_stats(a, &stats);
  CHECK_EQUAL(stats.turns, 12);
  CHECK(coop_task_step(a) == NULL);
  worker b = {.name = "B", .until = 1};
  worker_add(host, cooperator, &b);
  CHECK(coop_task_step(b.task) == worker_iterator(&b).step);
  worker_drop(&b);
  host_forget(host);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "cancel, close A 5");
}
