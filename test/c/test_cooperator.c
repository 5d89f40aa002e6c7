/* S10 and S11: creating, starting, stopping and destroying cooperators. */

#include "fake_host.h"

static char boom[] = "boom";

static coop_turn wait_for_wake(coop_task *task, worker *self) {
  (void)task;
  (void)self;
  return COOP_WAIT;
}

static void add_watched(fake_host *host, coop_cooperator *cooperator, worker *workers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
}

static void drop_all(worker *workers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    worker_drop(&workers[i]);
  }
}

/* ---- creation ---- */

HOST_TEST(context_returns_the_last_context_set) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.context = boom}, &cooperator));
  CHECK(coop_cooperator_context(cooperator) == boom);
  coop_cooperator_set_context(cooperator, host);
  CHECK(coop_cooperator_context(cooperator) == host);
  coop_cooperator_destroy(cooperator);
  OK(coop_cooperator_create(&host->hooks, NULL, &cooperator));
  CHECK(coop_cooperator_context(cooperator) == NULL);
  coop_cooperator_destroy(cooperator);
  coop_cooperator_destroy(NULL);
}

static coop_turn never_called(coop_task *task, void *state) {
  (void)task;
  (void)state;
  FAIL("a turn ran");
  return COOP_DONE;
}

HOST_TEST(invalid_arguments_are_refused_and_add_nothing) {
  coop_cooperator *cooperator = NULL;
  coop_host lacking = host->hooks;
  CHECK_STATUS(coop_cooperator_create(NULL, NULL, &cooperator), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_cooperator_create(&host->hooks, NULL, NULL), COOP_INVALID_ARGUMENT);
  lacking.schedule = NULL;
  CHECK_STATUS(coop_cooperator_create(&lacking, NULL, &cooperator), COOP_INVALID_ARGUMENT);
  lacking = host->hooks;
  lacking.allocate = NULL;
  CHECK_STATUS(coop_cooperator_create(&lacking, NULL, &cooperator), COOP_INVALID_ARGUMENT);
  lacking = host->hooks;
  lacking.free = NULL;
  CHECK_STATUS(coop_cooperator_create(&lacking, NULL, &cooperator), COOP_INVALID_ARGUMENT);
  CHECK(cooperator == NULL);
  CHECK_STATUS(coop_cooperator_start(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_cooperator_stop(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_cooperator_pause(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_cooperator_resume(NULL), COOP_INVALID_ARGUMENT);
  coop_cooperator_run_slice(NULL);
  coop_task *task = NULL;
  const coop_iterator good = {.step = never_called};
  coop_deferred *done = new_deferred(host);
  CHECK_STATUS(coop_cooperate(NULL, good, &task), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_coiterate(NULL, good, done), COOP_INVALID_ARGUMENT);
  cooperator = new_cooperator(host, 0);
  CHECK_STATUS(coop_coiterate(cooperator, good, NULL), COOP_INVALID_ARGUMENT);
  CHECK(task == NULL && coop_cooperator_first_task(cooperator) == NULL);
  CHECK(!coop_deferred_called(done));
  EXPECT_NOTHING(host);
  coop_deferred_release(done);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(cooperators_are_independent) {
  coop_cooperator *first = new_cooperator(host, 0);
  coop_cooperator *second = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}};
  add_watched(host, first, workers, 1);
  add_watched(host, second, workers + 1, 1);
  EXPECT(host, "schedule, schedule");
  OK(coop_cooperator_stop(first));
  EXPECT(host, "cancel, A SCHEDULER_STOPPED");
  host_pump(host);
  EXPECT(host, "B1, B2, B nothing");
  drop_all(workers, 2);
  coop_cooperator_destroy(first);
  coop_cooperator_destroy(second);
}

/* ---- S11 ---- */

HOST_TEST(S11_running_means_started_and_not_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  CHECK(coop_cooperator_running(cooperator));
  OK(coop_cooperator_stop(cooperator));
  CHECK(!coop_cooperator_running(cooperator));
  OK(coop_cooperator_start(cooperator));
  CHECK(coop_cooperator_running(cooperator));
  coop_cooperator_destroy(cooperator);

  cooperator = new_cooperator_with(host, 0, true);
  CHECK(!coop_cooperator_running(cooperator));
  OK(coop_cooperator_start(cooperator));
  CHECK(coop_cooperator_running(cooperator));
  OK(coop_cooperator_stop(cooperator));
  CHECK(!coop_cooperator_running(cooperator));
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S11_tasks_queue_up_until_start) {
  coop_cooperator *cooperator = new_cooperator_with(host, 0, true);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}, {.name = "C", .until = 1}};
  add_watched(host, cooperator, workers, 3);
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  OK(coop_task_stop(workers[1].task));
  coop_cooperator_run_slice(cooperator);
  EXPECT(host, "B TASK_STOPPED");
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_RUNNABLE);
  OK(coop_cooperator_start(cooperator));
  OK(coop_cooperator_start(cooperator));
  EXPECT(host, "schedule");
  host_pump(host);
  EXPECT(host, "C1, C nothing, A1, A nothing");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S11_start_without_runnable_tasks_requests_no_slice) {
  coop_cooperator *cooperator = new_cooperator_with(host, 0, true);
  worker a = {.name = "A"};
  worker_add(host, cooperator, &a);
  OK(coop_task_pause(a.task));
  OK(coop_cooperator_start(cooperator));
  EXPECT_NOTHING(host);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S11_S10_stop_before_start_finishes_the_tasks) {
  coop_cooperator *cooperator = new_cooperator_with(host, 0, true);
  worker workers[] = {{.name = "A"}, {.name = "B"}};
  add_watched(host, cooperator, workers, 1);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "A SCHEDULER_STOPPED");
  add_watched(host, cooperator, workers + 1, 1);
  EXPECT(host, "B SCHEDULER_STOPPED");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S11_a_paused_cooperator_keeps_its_tasks_and_requests_no_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}, {.name = "C", .until = 1}};
  add_watched(host, cooperator, workers, 1);
  OK(coop_cooperator_pause(cooperator));
  CHECK(coop_cooperator_running(cooperator));
  add_watched(host, cooperator, workers + 1, 2);
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  coop_cooperator_run_slice(cooperator);
  EXPECT(host, "schedule, cancel");
  OK(coop_task_stop(workers[1].task));
  EXPECT(host, "B TASK_STOPPED");
  OK(coop_cooperator_resume(cooperator));
  host_pump(host);
  EXPECT(host, "schedule, C1, C nothing, A1, A nothing");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S11_each_pause_needs_a_resume) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  CHECK_STATUS(coop_cooperator_resume(cooperator), COOP_NOT_PAUSED);
  OK(coop_cooperator_pause(cooperator));
  OK(coop_cooperator_pause(cooperator));
  worker a = {.name = "A", .until = 1};
  worker_add(host, cooperator, &a);
  OK(coop_cooperator_resume(cooperator));
  EXPECT_NOTHING(host);
  OK(coop_cooperator_resume(cooperator));
  CHECK_STATUS(coop_cooperator_resume(cooperator), COOP_NOT_PAUSED);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_cooperator_in_turn_two(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 2) {
    OK(coop_cooperator_pause(self->cooperator));
  }
  return COOP_MORE;
}

HOST_TEST(S11_a_pause_in_a_turn_ends_the_slice_after_it_and_changes_no_order) {
  const coop_cooperator_options options = {.slice_ms = 10}; /* no limit but time: the fast path of a turn */
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  worker a = {.name = "A", .share = 3, .work = pause_cooperator_in_turn_two}, b = {.name = "B"};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2");
  host_pump(host);
  EXPECT_NOTHING(host);
  OK(coop_cooperator_resume(cooperator));
  EXPECT(host, "schedule");
  b.work = pause_cooperator_in_turn_two;
  host_pump(host);
  EXPECT(host, "A3, B1, A4, A5, A6, B2");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_cooperator_in_turn_5000(coop_task *task, worker *self) {
  (void)task;
  if (self->turns == 5000) {
    OK(coop_cooperator_pause(self->cooperator));
  }
  return COOP_MORE;
}

HOST_TEST(S11_a_pause_ends_the_slice_at_once_among_turns_that_are_not_timed) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = 10}, &cooperator));
  worker a = {.work = pause_cooperator_in_turn_5000}, b = {.name = NULL};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK(host->readings < 1000);
  CHECK_EQUAL(a.turns, 5000);
  CHECK_EQUAL(b.turns, 4999);
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

static coop_turn pause_and_resume(coop_task *task, worker *self) {
  (void)task;
  OK(coop_cooperator_pause(self->cooperator));
  OK(coop_cooperator_resume(self->cooperator));
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(S11_a_pause_that_is_taken_back_in_the_turn_changes_nothing) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = pause_and_resume}, b = {.name = "B", .until = 2};
  worker_add(host, cooperator, &a);
  worker_add(host, cooperator, &b);
  host_pump(host);
  EXPECT(host, "schedule, A1, B1, A2, B2");
  worker_drop(&a);
  worker_drop(&b);
  coop_cooperator_destroy(cooperator);
}

static coop_cooperator *paused_by_hook;
static unsigned calls_of_hook, pause_in_call;

static coop_status pausing_factory(void *context, coop_slice_limit *limit) {
  (void)context;
  (void)limit;
  if (++calls_of_hook == pause_in_call) OK(coop_cooperator_pause(paused_by_hook));
  return COOP_OK;
}

static coop_status asking_factory(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->ask = true;
  return COOP_OK;
}

static bool pausing_predicate(void *context) {
  (void)context;
  if (++calls_of_hook == pause_in_call) OK(coop_cooperator_pause(paused_by_hook));
  return false;
}

HOST_TEST(S11_a_predicate_or_its_factory_may_pause) {
  const coop_cooperator_options options[] = {
      {.predicate_factory = pausing_factory},
      {.predicate_factory = asking_factory, .predicate = pausing_predicate},
  };
  const char *events[] = {"schedule", "schedule, A1"};
  for (int i = 0; i < 2; i++) {
    calls_of_hook = 0;
    pause_in_call = 1;
    OK(coop_cooperator_create(&host->hooks, &options[i], &paused_by_hook));
    worker a = {.name = "A", .until = 2};
    worker_add(host, paused_by_hook, &a);
    host_pump(host);
    EXPECT(host, events[i]);
    OK(coop_cooperator_resume(paused_by_hook));
    host_pump(host);
    EXPECT(host, i == 0 ? "schedule, A1, A2" : "schedule, A2");
    worker_drop(&a);
    coop_cooperator_destroy(paused_by_hook);
  }
}

HOST_TEST(S11_start_and_stop_do_not_change_the_pauses) {
  coop_cooperator *cooperator = new_cooperator_with(host, 0, true);
  OK(coop_cooperator_pause(cooperator));
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}};
  add_watched(host, cooperator, workers, 1);
  OK(coop_cooperator_start(cooperator));
  EXPECT_NOTHING(host);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "A SCHEDULER_STOPPED");
  OK(coop_cooperator_start(cooperator));
  add_watched(host, cooperator, workers + 1, 1);
  EXPECT_NOTHING(host);
  OK(coop_cooperator_resume(cooperator));
  host_pump(host);
  EXPECT(host, "schedule, B1, B nothing");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

static coop_turn clean_up_in_turns(coop_task *task, void *state, bool last) {
  (void)task;
  (void)state;
  (void)last;
  return COOP_MORE;
}

HOST_TEST(S11_J3_a_clean_up_waits_for_the_resume_unless_its_cooperator_is_stopped) {
  for (int stops = 0; stops < 2; stops++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker a = {.name = "A", .until = 1, .host = host, .cooperator = cooperator};
    coop_iterator iterator = worker_iterator(&a);
    iterator.stop = clean_up_in_turns;
    OK(coop_cooperate(cooperator, iterator, &a.task));
    watch_task(host, a.task, "A");
    OK(coop_cooperator_pause(cooperator));
    EXPECT(host, "schedule, cancel");
    if (stops) {
      OK(coop_cooperator_stop(cooperator));
      OK(coop_cooperator_pause(cooperator)); /* does not cancel its slice */
      OK(coop_cooperator_resume(cooperator));
      EXPECT(host, "schedule");
      host_pump(host);
      EXPECT(host, "A1, A SCHEDULER_STOPPED");
    } else {
      OK(coop_task_stop(a.task));
      EXPECT_NOTHING(host);
      OK(coop_cooperator_resume(cooperator));
      host_pump(host);
      EXPECT(host, "schedule, A1, A TASK_STOPPED");
    }
    worker_drop(&a);
    coop_cooperator_destroy(cooperator);
  }
}

/* ---- S10 ---- */

HOST_TEST(S10_stop_finishes_every_task_in_the_order_added) {
  coop_cooperator *cooperator = new_cooperator(host, 6);
  worker workers[] = {{.name = "A"}, {.name = "B"}, {.name = "C", .work = wait_for_wake},
                      {.name = "D"}, {.name = "E"}, {.name = "F", .work = wait_for_wake}};
  add_watched(host, cooperator, workers, 6);
  host_pump(host);
  OK(coop_task_pause(workers[1].task));
  OK(coop_task_pause(workers[5].task));
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  host_forget(host);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host,
         "cancel, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED, C SCHEDULER_STOPPED, D SCHEDULER_STOPPED, "
         "E SCHEDULER_STOPPED, F SCHEDULER_STOPPED");
  for (int i = 0; i < 6; i++) {
    CHECK_EQUAL(workers[i].closes, 1);
    CHECK_EQUAL(workers[i].turns, 1);
    CHECK_EQUAL(coop_task_state(workers[i].task), COOP_STATE_STOPPED);
  }
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  OK(coop_cooperator_stop(cooperator));
  EXPECT_NOTHING(host);
  drop_all(workers, 6);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_stop_finishes_waiting_tasks) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = wait_for_wake};
  add_watched(host, cooperator, &a, 1);
  host_pump(host);
  OK(coop_cooperator_stop(cooperator));
  coop_task_wake(a.task);
  EXPECT(host, "schedule, A1, A SCHEDULER_STOPPED");
  drop_all(&a, 1);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_a_task_added_to_a_stopped_cooperator_finishes_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  OK(coop_cooperator_stop(cooperator));
  worker workers[] = {{.name = "A", .logs_close = true}, {.name = "B", .logs_close = true, .host = host}};
  worker_add(host, cooperator, &workers[0]);
  EXPECT(host, "close A");
  watch_task(host, workers[0].task, "A");
  EXPECT(host, "A SCHEDULER_STOPPED");
  CHECK_STATUS(coop_task_pause(workers[0].task), COOP_SCHEDULER_STOPPED);
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  coop_deferred *done = new_deferred(host);
  watch(host, done, "B");
  OK(coop_coiterate(cooperator, worker_iterator(&workers[1]), done));
  EXPECT(host, "close B, B SCHEDULER_STOPPED");
  coop_deferred_release(done);
  CHECK_EQUAL(workers[0].turns + workers[1].turns, 0);
  drop_all(workers, 1);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_start_makes_a_stopped_cooperator_usable_again) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B", .until = 1}};
  add_watched(host, cooperator, workers, 1);
  OK(coop_cooperator_stop(cooperator));
  OK(coop_cooperator_start(cooperator));
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED");
  add_watched(host, cooperator, workers + 1, 1);
  host_pump(host);
  EXPECT(host, "schedule, B1, B nothing");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

/** What a when-done callback does to the cooperator, in this order. */
typedef struct actions {
  coop_cooperator *cooperator;
  worker *before; /* adds this worker before the start */
  bool starts;
  worker *after; /* adds this worker after it */
  bool stops;
  worker *stopped;
} actions;

static coop_result act(fake_host *host, void *data, coop_result result) {
  (void)result;
  actions *self = data;
  if (self->before) {
    add_watched(host, self->cooperator, self->before, 1);
  }
  if (self->stopped) {
    coop_status status = coop_task_stop(self->stopped->task);
    CHECK(status == COOP_OK || status == COOP_SCHEDULER_STOPPED);
  }
  if (self->starts) {
    OK(coop_cooperator_start(self->cooperator));
  }
  if (self->after) {
    add_watched(host, self->cooperator, self->after, 1);
  }
  if (self->stops) {
    OK(coop_cooperator_stop(self->cooperator));
  }
  return nothing();
}

static void act_when_done(fake_host *host, worker *finished, actions *acts) {
  coop_deferred *done = NULL;
  acts->cooperator = finished->cooperator;
  OK(coop_task_when_done(finished->task, &done));
  OK(on_both(host, done, NULL, act, acts));
  coop_deferred_release(done);
}

HOST_TEST(S10_a_task_added_by_a_callback_of_stop_finishes_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}};
  worker added = {.name = "X"};
  add_watched(host, cooperator, workers, 2);
  actions acts = {.before = &added};
  act_when_done(host, &workers[0], &acts);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED, X SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
  drop_all(workers, 2);
  drop_all(&added, 1);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_a_task_added_after_start_in_a_callback_of_stop_runs) {
  for (int at = 0; at < 3; at++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker workers[] = {{.name = "A"}, {.name = "B", .work = wait_for_wake}, {.name = "C"}};
    worker before = {.name = "X"};
    worker after = {.name = "Y", .until = 1};
    for (int i = 0; i < 3; i++) {
      worker_add(host, cooperator, &workers[i]);
      watch_task(host, workers[i].task, workers[i].name);
    }
    actions acts = {.before = &before, .starts = true, .after = &after};
    act_when_done(host, &workers[at], &acts);
    OK(coop_cooperator_stop(cooperator));
    CHECK_EQUAL(host_count(host, "A SCHEDULER_STOPPED"), 1);
    CHECK_EQUAL(host_count(host, "B SCHEDULER_STOPPED"), 1);
    CHECK_EQUAL(host_count(host, "C SCHEDULER_STOPPED"), 1);
    CHECK_EQUAL(host_count(host, "X SCHEDULER_STOPPED"), 1);
    CHECK(coop_cooperator_running(cooperator));
    CHECK_EQUAL(coop_task_state(after.task), COOP_STATE_RUNNABLE);
    CHECK(coop_cooperator_first_task(cooperator) == after.task);
    CHECK_EQUAL(host->pendings, 1);
    host_forget(host);
    host_pump(host);
    EXPECT(host, "Y1, Y nothing");
    drop_all(workers, 3);
    drop_all(&before, 1);
    drop_all(&after, 1);
    coop_cooperator_destroy(cooperator);
  }
}

HOST_TEST(S10_stop_inside_a_callback_of_stop_finishes_each_task_once_and_in_order) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}, {.name = "C"}};
  add_watched(host, cooperator, workers, 3);
  actions acts[] = {{.stops = true}, {.stops = true}, {.stops = true}};
  for (int i = 0; i < 3; i++) {
    act_when_done(host, &workers[i], &acts[i]);
  }
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED, C SCHEDULER_STOPPED");
  CHECK(!coop_cooperator_running(cooperator));
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_stop_after_start_inside_a_callback_of_stop_finishes_the_new_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}, {.name = "C"}};
  worker after = {.name = "Y"};
  add_watched(host, cooperator, workers, 3);
  actions acts[] = {{.starts = true, .after = &after}, {.stops = true}};
  act_when_done(host, &workers[0], &acts[0]);
  act_when_done(host, &workers[1], &acts[1]);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED, C SCHEDULER_STOPPED, Y SCHEDULER_STOPPED");
  CHECK(!coop_cooperator_running(cooperator));
  drop_all(workers, 3);
  drop_all(&after, 1);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_a_callback_of_stop_may_stop_another_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}, {.name = "C"}};
  add_watched(host, cooperator, workers, 3);
  actions acts = {.stopped = &workers[1]};
  act_when_done(host, &workers[0], &acts);
  OK(coop_cooperator_stop(cooperator));
  CHECK_EQUAL(workers[1].closes, 1);
  CHECK_EQUAL(host_count(host, "B SCHEDULER_STOPPED") + host_count(host, "B TASK_STOPPED"), 1);
  CHECK_EQUAL(host_count(host, "C SCHEDULER_STOPPED"), 1);
  host_forget(host);
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(S10_D7_stopped_tasks_are_not_reported_as_unhandled) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .host = host, .logs_close = true};
  OK(coop_cooperate(cooperator, worker_iterator(&a), NULL));
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, close A");
  coop_cooperator_destroy(cooperator);
}

/* ---- the list of tasks ---- */

static void log_tasks(fake_host *host, coop_cooperator *cooperator) {
  for (coop_task *task = coop_cooperator_first_task(cooperator); task; task = coop_task_next(task)) {
    const worker *self = coop_task_iterator_state(task);
    host_log(host, "%s", self->name);
  }
}

HOST_TEST(unfinished_tasks_are_listed_in_the_order_added) {
  coop_cooperator *cooperator = new_cooperator(host, 4);
  worker workers[] = {{.name = "a"}, {.name = "b", .work = wait_for_wake}, {.name = "c", .until = 1}, {.name = "d"}};
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  host_pump(host);
  OK(coop_task_pause(workers[0].task));
  OK(coop_task_resume(workers[0].task));
  OK(coop_task_pause(workers[3].task));
  host_forget(host);
  log_tasks(host, cooperator);
  EXPECT(host, "a, b, d");
  OK(coop_task_stop(workers[0].task));
  OK(coop_task_stop(workers[3].task));
  host_forget(host);
  log_tasks(host, cooperator);
  EXPECT(host, "b");
  OK(coop_task_stop(workers[1].task));
  log_tasks(host, cooperator);
  EXPECT_NOTHING(host);
  drop_all(workers, 4);
  coop_cooperator_destroy(cooperator);
}

static coop_result list_tasks(fake_host *host, void *data, coop_result result) {
  (void)result;
  log_tasks(host, data);
  return nothing();
}

HOST_TEST(S10_S9_during_stop_the_list_has_the_tasks_that_are_not_finished_yet) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  for (int i = 0; i < 3; i++) {
    worker_add(host, cooperator, &workers[i]);
    coop_deferred *done = NULL;
    OK(coop_task_when_done(workers[i].task, &done));
    OK(on_both(host, done, workers[i].name, list_tasks, cooperator));
    coop_deferred_release(done);
  }
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, a SCHEDULER_STOPPED, b, c, b SCHEDULER_STOPPED, c, c SCHEDULER_STOPPED");
  drop_all(workers, 3);
  coop_cooperator_destroy(cooperator);
}

static coop_result start_add_and_list(fake_host *host, void *data, coop_result result) {
  (void)result;
  worker *after = data;
  OK(coop_cooperator_start(after->cooperator));
  worker_add(host, after->cooperator, after);
  log_tasks(host, after->cooperator);
  return nothing();
}

HOST_TEST(S10_S9_during_stop_new_tasks_are_listed_last) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  worker after = {.name = "y", .cooperator = cooperator};
  for (int i = 0; i < 3; i++) {
    worker_add(host, cooperator, &workers[i]);
  }
  coop_deferred *done = NULL;
  OK(coop_task_when_done(workers[0].task, &done));
  OK(on_both(host, done, NULL, start_add_and_list, &after));
  coop_deferred_release(done);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, b, c, y, schedule");
  log_tasks(host, cooperator);
  EXPECT(host, "y");
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "cancel");
  drop_all(workers, 3);
  drop_all(&after, 1);
}

/* ---- destroy ---- */

HOST_TEST(destroy_stops_the_cooperator) {
  coop_cooperator *cooperator = new_cooperator(host, 2);
  worker workers[] = {{.name = "A"}, {.name = "B", .work = wait_for_wake}};
  add_watched(host, cooperator, workers, 2);
  host_pump(host);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, A1, B1, schedule, cancel, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
  drop_all(workers, 2);
}

HOST_TEST(a_task_added_by_a_callback_of_destroy_finishes_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}};
  worker after = {.name = "Y"};
  add_watched(host, cooperator, workers, 2);
  actions acts = {.after = &after};
  act_when_done(host, &workers[0], &acts);
  coop_cooperator_destroy(cooperator);
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED, Y SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
  drop_all(workers, 2);
  drop_all(&after, 1);
}

static coop_result fail_to_start_data(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  CHECK_STATUS(coop_cooperator_start(data), COOP_SCHEDULER_STOPPED);
  return nothing();
}

HOST_TEST(start_in_a_callback_of_destroy_is_refused) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}};
  worker after = {.name = "Y"};
  add_watched(host, cooperator, workers, 2);
  coop_deferred *done = NULL;
  OK(coop_task_when_done(workers[0].task, &done));
  OK(on_both(host, done, NULL, fail_to_start_data, cooperator));
  coop_deferred_release(done);
  actions acts = {.after = &after};
  act_when_done(host, &workers[0], &acts);
  coop_cooperator_destroy(cooperator);
  CHECK_EQUAL(host_count(host, "Y SCHEDULER_STOPPED"), 1);
  CHECK_EQUAL(host->pendings, 0);
  host_forget(host);
  drop_all(workers, 2);
  drop_all(&after, 1);
}
