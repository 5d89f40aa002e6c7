/* S12: turns that the host runs and that end later and from elsewhere. */

#include "fake_host.h"

/* A task whose turns the test runs. The fake host reads the name of a `worker`, which is its first member, too. */
typedef struct away {
  const char *name;
  fake_host *host;
  coop_task *task;
} away;

static void log_close(coop_task *task, void *state) {
  (void)task;
  const away *self = state;
  host_log(self->host, "close %s", self->name);
}

static void add(fake_host *host, coop_cooperator *cooperator, away *self) {
  self->host = host;
  OK(coop_cooperate(cooperator, (coop_iterator){.state = self, .close = log_close}, &self->task));
}

/* Takes the one slice that is pending. */
static coop_task *begin(fake_host *host, coop_cooperator *cooperator) {
  CHECK_EQUAL(host->pendings, 1);
  host->pendings = 0;
  return coop_cooperator_begin_slice(cooperator);
}

HOST_TEST(S12_while_a_turn_is_suspended_no_slice_begins_and_no_other_task_has_a_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  worker b = {.name = "B", .until = 2};
  add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  EXPECT(host, "schedule");
  host_stray_slice(host, cooperator);
  CHECK(coop_cooperator_begin_slice(cooperator) == NULL);
  CHECK(coop_cooperator_turning(cooperator) == a.task);
  EXPECT_NOTHING(host);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == a.task);
  EXPECT(host, "B1");
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "close A, B2");
  coop_task_release(a.task);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_task_that_is_stopped_in_its_suspended_turn_is_closed_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  worker b = {.name = "B", .until = 1};
  add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  watch_task(host, a.task, "A");
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule, close A, A TASK_STOPPED");
  CHECK_STATUS(coop_task_stop(a.task), COOP_TASK_STOPPED);
  coop_task_release(a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT(host, "B1");
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_task_that_is_stopped_in_its_turn_before_that_is_suspended_is_closed_after_it) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  add(host, cooperator, &a);
  CHECK(begin(host, cooperator) == a.task);
  OK(coop_task_stop(a.task));
  coop_cooperator_suspend_turn(cooperator);
  EXPECT(host, "schedule");
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT(host, "close A");
  coop_task_release(a.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_pause_in_a_suspended_turn_takes_effect_when_the_turn_ends) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"}, b = {.name = "B"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_task_pause(a.task));
  CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_PAUSED);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == b.task);
  OK(coop_task_resume(a.task));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == b.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "schedule, close A, close B");
  coop_task_release(a.task);
  coop_task_release(b.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_wake_in_a_suspended_turn_is_not_lost) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  add(host, cooperator, &a);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  coop_task_wake(a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_WAIT) == a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "schedule, close A");
  coop_task_release(a.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_stop_and_start_in_a_suspended_turn_let_a_new_task_live) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"}, b = {.name = "B"}, c = {.name = "C"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, close A, close B");
  OK(coop_cooperator_start(cooperator));
  add(host, cooperator, &c);
  EXPECT_NOTHING(host); /* the slice is still open */
  CHECK(coop_cooperator_end_turn(cooperator, COOP_WAIT) == c.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "close C");
  coop_task_release(a.task);
  coop_task_release(b.task);
  coop_task_release(c.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_S11_a_pause_in_a_suspended_turn_ends_the_slice_after_it) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"}, b = {.name = "B"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_cooperator_pause(cooperator));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT(host, "schedule");
  OK(coop_cooperator_resume(cooperator));
  EXPECT(host, "schedule");
  CHECK(begin(host, cooperator) == b.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_DONE) == NULL);
  EXPECT(host, "close B, close A");
  coop_task_release(a.task);
  coop_task_release(b.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_cooperator_that_is_destroyed_in_a_suspended_turn_is_freed_when_that_ends) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  add(host, cooperator, &a);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, close A");
  coop_task_release(a.task);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_FAILED) == NULL);
  EXPECT_NOTHING(host);
}

HOST_TEST(S12_the_time_of_a_suspended_turn_is_that_of_its_task) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = 10}, &cooperator));
  away a = {.name = "A"}, b = {.name = "B"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  host->now_ms += 4;
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == b.task);
  host->now_ms += 1;
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == a.task);
  coop_cooperator_suspend_turn(cooperator);
  host->now_ms += 6;
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  coop_task_stats stats;
  coop_task_get_stats(a.task, &stats);
  CHECK_EQUAL(stats.turns, 2);
  CHECK_EQUAL(stats.busy_ms, 10);
  CHECK_EQUAL(stats.longest_turn_ms, 6);
  coop_cooperator_stats all;
  coop_cooperator_get_stats(cooperator, &all);
  CHECK_EQUAL(all.busy_ms, 11);
  CHECK_EQUAL(all.slices, 1);
  coop_cooperator_destroy(cooperator);
  coop_task_release(a.task);
  coop_task_release(b.task);
  EXPECT(host, "schedule, longest A 4, longest A 6, schedule, cancel, close A, close B");
}

HOST_TEST(S12_turns_before_a_suspended_one_do_not_make_it_look_shorter) {
  coop_cooperator *cooperator = new_cooperator(host, 200);
  away a = {.name = "A"}, b = {.name = "B"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  for (int i = 0; i < 100; i++) {
    host->now_ms += 0.001;
    CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == b.task);
    coop_cooperator_suspend_turn(cooperator);
    host->now_ms += 0.01;
    CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == (i == 99 ? NULL : a.task));
  }
  coop_task_stats stats;
  coop_task_get_stats(b.task, &stats);
  CHECK(stats.busy_ms > 0.95 && stats.busy_ms < 1.05);
  coop_cooperator_destroy(cooperator);
  coop_task_release(a.task);
  coop_task_release(b.task);
  host_forget(host);
}

HOST_TEST(S12_suspending_without_a_turn_does_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  away a = {.name = "A"};
  coop_cooperator_suspend_turn(NULL);
  coop_cooperator_suspend_turn(cooperator);
  add(host, cooperator, &a);
  CHECK(begin(host, cooperator) == a.task);
  OK(coop_task_stop(a.task));
  EXPECT(host, "schedule"); /* it is closed after its turn */
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  EXPECT(host, "close A");
  coop_task_release(a.task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S12_a_task_should_yield_when_its_part_of_the_slice_is_used_up) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = 10}, &cooperator));
  away tasks[4] = {{.name = "A"}, {.name = "B"}, {.name = "C"}, {.name = "D"}};
  CHECK(coop_task_should_yield(NULL));
  for (size_t i = 0; i < 4; i++) add(host, cooperator, &tasks[i]);
  CHECK(coop_task_should_yield(tasks[0].task));
  CHECK(begin(host, cooperator) == tasks[0].task);
  CHECK(!coop_task_should_yield(tasks[0].task));
  CHECK(coop_task_should_yield(tasks[1].task)); /* it does not have the turn */
  host->now_ms += 2.25;
  CHECK(!coop_task_should_yield(tasks[0].task));
  host->now_ms += 0.25;
  CHECK(coop_task_should_yield(tasks[0].task));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == tasks[1].task);
  CHECK(!coop_task_should_yield(tasks[1].task));
  for (size_t i = 1; i < 4; i++) OK(coop_task_stop(tasks[i].task));
  CHECK(coop_task_should_yield(tasks[1].task));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == tasks[0].task);
  host->now_ms += 7.25; /* alone, it has the rest of the slice */
  CHECK(!coop_task_should_yield(tasks[0].task));
  host->now_ms += 0.25;
  CHECK(coop_task_should_yield(tasks[0].task));
  coop_cooperator_destroy(cooperator);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  for (size_t i = 0; i < 4; i++) coop_task_release(tasks[i].task);
  host_forget(host);
}

HOST_TEST(S12_by_time_the_part_of_a_task_is_what_is_left_of_its_quantum) {
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {.slice_ms = 10, .fairness = COOP_FAIR_BY_TIME, .quantum_ms = 1};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  away a = {.name = "A"}, b = {.name = "B"};
  add(host, cooperator, &a);
  add(host, cooperator, &b);
  CHECK(begin(host, cooperator) == a.task);
  host->now_ms += 0.75;
  CHECK(!coop_task_should_yield(a.task));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == a.task);
  CHECK(!coop_task_should_yield(a.task));
  host->now_ms += 0.25;
  CHECK(coop_task_should_yield(a.task));
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == b.task);
  coop_cooperator_destroy(cooperator);
  CHECK(coop_cooperator_end_turn(cooperator, COOP_MORE) == NULL);
  coop_task_release(a.task);
  coop_task_release(b.task);
  host_forget(host);
}
