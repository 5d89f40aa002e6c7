/* J6, S5, S9: calls from inside steps, close functions, callbacks, predicates and hooks. */

#include <stdio.h>

#include "fake_host.h"

static void add_all(fake_host *host, coop_cooperator *cooperator, worker *workers, size_t count) {
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

/* ---- from inside a step ---- */

static coop_turn stop_itself_and_return_more(coop_task *task, worker *self) {
  OK(coop_task_stop(task));
  CHECK_STATUS(coop_task_stop(task), COOP_TASK_STOPPED);
  CHECK_STATUS(coop_task_stopped_with(task), COOP_TASK_STOPPED);
  CHECK_STATUS(coop_task_outcome(task).status, COOP_PENDING);
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPING);
  CHECK(coop_task_should_yield(task));
  OK(coop_task_pause(task)); /* without effect */
  OK(coop_task_resume(task));
  CHECK_STATUS(coop_task_resume(task), COOP_NOT_PAUSED);
  CHECK_EQUAL(self->closes, 0);
  host_log(self->host, "rest of the turn");
  return COOP_MORE;
}

HOST_TEST(J6_a_task_may_stop_itself_and_is_closed_after_its_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .work = stop_itself_and_return_more}, {.name = "B", .until = 2}};
  workers[0].logs_close = true;
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump(host);
  EXPECT(host, "schedule, A1, rest of the turn, close A, B1, B2");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

static coop_turn stop_itself_and_return_data(coop_task *task, worker *self) {
  OK(coop_task_stop(task));
  return *(const coop_turn *)self->data;
}

HOST_TEST(J6_a_task_that_stops_itself_is_stopped_whatever_its_turn_returns) {
  static coop_turn turns[] = {COOP_MORE, COOP_DONE, COOP_FAILED, COOP_WAIT, (coop_turn)42};
  for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker a = {.name = "A", .work = stop_itself_and_return_data, .data = &turns[i]};
    add_all(host, cooperator, &a, 1);
    host_pump(host);
    /* A failure of this turn is reported, because the task does not end with it. */
    static const char *const reports[] = {"", "", "unhandled FAILURE, ", "", "unhandled INVALID_ARGUMENT, "};
    char expected[80];
    (void)snprintf(expected, sizeof expected, "schedule, A1, %sA TASK_STOPPED", reports[i]);
    EXPECT(host, expected);
    CHECK_EQUAL(a.closes, 1);
    CHECK_EQUAL(coop_task_state(a.task), COOP_STATE_STOPPED);
    coop_task_wake(a.task);
    drop_all(&a, 1);
    coop_cooperator_destroy(cooperator);
    EXPECT_NOTHING(host);
  }
}

HOST_TEST(J6_a_task_without_references_may_stop_itself) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = stop_itself_and_return_more, .host = host, .logs_close = true};
  OK(coop_cooperate(cooperator, worker_iterator(&a), NULL));
  host_pump(host);
  EXPECT(host, "schedule, A1, rest of the turn, close A");
  coop_cooperator_destroy(cooperator);
}

static coop_turn drop_itself(coop_task *task, worker *self) {
  (void)task;
  worker_drop(self);
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_a_task_may_release_the_last_other_reference_to_itself) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = drop_itself};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, A2");
  coop_cooperator_destroy(cooperator);
}

static coop_turn stop_cooperator(coop_task *task, worker *self) {
  (void)task;
  OK(coop_cooperator_stop(self->cooperator));
  CHECK(!coop_cooperator_running(self->cooperator));
  CHECK_EQUAL(self->closes, 0);
  return self->until ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_a_step_may_stop_the_cooperator) {
  for (unsigned ends = 0; ends < 2; ends++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker workers[] = {{.name = "A"}, {.name = "B", .work = stop_cooperator, .until = ends}, {.name = "C"}};
    add_all(host, cooperator, workers, 3);
    host_pump(host);
    EXPECT(host, "schedule, A1, B1, A SCHEDULER_STOPPED, C SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
    for (int i = 0; i < 3; i++) {
      CHECK_EQUAL(workers[i].closes, 1);
    }
    CHECK_EQUAL(host->pendings, 0);
    drop_all(workers, 3);
    coop_cooperator_destroy(cooperator);
  }
}

static coop_turn stop_and_start_cooperator(coop_task *task, worker *self) {
  (void)task;
  OK(coop_cooperator_stop(self->cooperator));
  OK(coop_cooperator_start(self->cooperator));
  add_all(self->host, self->cooperator, self->data, 1);
  return COOP_MORE;
}

HOST_TEST(J6_a_step_may_stop_and_start_the_cooperator_and_add_a_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added = {.name = "X", .until = 2};
  worker workers[] = {{.name = "A", .work = stop_and_start_cooperator, .data = &added}, {.name = "B"}};
  add_all(host, cooperator, workers, 2);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, B SCHEDULER_STOPPED, A SCHEDULER_STOPPED, X1, X2, X nothing");
  drop_all(workers, 2);
  drop_all(&added, 1);
  coop_cooperator_destroy(cooperator);
}

static coop_turn destroy_cooperator(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
  host_log(self->host, "destroyed");
  return self->until ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_a_step_may_destroy_the_cooperator) {
  for (unsigned ends = 0; ends < 2; ends++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker workers[] = {{.name = "A"}, {.name = "B", .work = destroy_cooperator, .until = ends}, {.name = "C"}};
    add_all(host, cooperator, workers, 3);
    host_pump(host);
    EXPECT(host, "schedule, A1, B1, A SCHEDULER_STOPPED, C SCHEDULER_STOPPED, destroyed, B SCHEDULER_STOPPED");
    CHECK_EQUAL(workers[1].closes, 1);
    drop_all(workers, 3);
    CHECK_EQUAL(host->blocks, 0);
  }
}

HOST_TEST(J6_S5_a_step_may_destroy_the_cooperator_inside_a_synchronous_scheduler) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker a = {.name = "A", .work = destroy_cooperator, .host = host, .cooperator = cooperator};
  OK(coop_cooperate(cooperator, worker_iterator(&a), NULL));
  EXPECT(host, "schedule, A1, destroyed");
  CHECK_EQUAL(host->blocks, 0);
}

static coop_turn add_to_the_destroyed(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
  add_all(self->host, self->cooperator, self->data, 1);
  return COOP_MORE;
}

HOST_TEST(J6_a_task_added_in_the_turn_that_destroys_the_cooperator_finishes_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added = {.name = "X"};
  worker a = {.name = "A", .work = add_to_the_destroyed, .data = &added};
  add_all(host, cooperator, &a, 1);
  host_pump(host);
  EXPECT(host, "schedule, A1, X SCHEDULER_STOPPED, A SCHEDULER_STOPPED");
  drop_all(&a, 1);
  drop_all(&added, 1);
}

static coop_turn stop_the_one_before(coop_task *task, worker *self) {
  (void)task;
  worker *other = self->data;
  if (self->turns == 1) {
    OK(coop_task_stop(other->task));
  }
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_a_step_may_stop_the_previous_and_the_next_task) {
  for (int behind = 0; behind < 2; behind++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker workers[] = {
        {.name = "A", .until = 2}, {.name = "B", .work = stop_the_one_before}, {.name = "C", .until = 2}};
    workers[1].data = &workers[behind ? 2 : 0];
    add_all(host, cooperator, workers, 3);
    host_pump(host);
    EXPECT(host, behind ? "schedule, A1, B1, C TASK_STOPPED, A2, A nothing, B2, B nothing"
                        : "schedule, A1, B1, A TASK_STOPPED, C1, B2, B nothing, C2, C nothing");
    drop_all(workers, 3);
    coop_cooperator_destroy(cooperator);
  }
}

static coop_turn pause_everything(coop_task *task, worker *self) {
  worker *others = self->data;
  if (self->turns == 1) {
    for (; others->name; others++) {
      OK(coop_task_pause(others->task));
    }
    OK(coop_task_pause(task));
  }
  return self->turns == 2 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(J6_S4_a_step_may_pause_every_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker others[] = {{.name = "B", .until = 1}, {.name = "C", .until = 1}, {.name = NULL}};
  worker a = {.name = "A", .work = pause_everything, .data = others};
  add_all(host, cooperator, &a, 1);
  add_all(host, cooperator, others, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1");
  CHECK_EQUAL(host->pendings, 0);
  OK(coop_task_resume(others[1].task));
  OK(coop_task_resume(a.task));
  OK(coop_task_resume(others[0].task));
  host_pump(host);
  EXPECT(host, "schedule, C1, C nothing, A2, A nothing, B1, B nothing");
  drop_all(&a, 1);
  drop_all(others, 2);
  coop_cooperator_destroy(cooperator);
}

typedef struct pair {
  coop_deferred *fired;
  coop_deferred *awaited;
} pair;

static coop_turn fire_and_await(coop_task *task, worker *self) {
  pair *both = self->data;
  if (self->turns == 1) {
    OK(coop_task_await(task, both->awaited));
    OK(coop_deferred_callback(both->fired, NULL));
    return COOP_WAIT;
  }
  return COOP_DONE;
}

HOST_TEST(J6_a_turn_may_fire_a_deferred_that_it_or_another_task_awaits) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *first = new_deferred(host);
  coop_deferred *second = new_deferred(host);
  pair pairs[] = {{second, first}, {first, second}};
  worker workers[] = {{.name = "A", .work = fire_and_await, .data = &pairs[0]},
                      {.name = "B", .work = fire_and_await, .data = &pairs[1]},
                      {.name = "C", .until = 2}};
  add_all(host, cooperator, workers, 3);
  host_pump(host);
  /* B wakes A, which goes to the end. What B awaits has fired already. */
  EXPECT(host, "schedule, A1, B1, C1, A2, A nothing, B2, B nothing, C2, C nothing");
  drop_all(workers, 3);
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_cooperator_destroy(cooperator);
}

/* ---- from inside a close function ---- */

static void add_on_close(coop_task *task, worker *self) {
  CHECK(coop_task_state(task) != COOP_STATE_RUNNABLE);
  add_all(self->host, self->cooperator, self->data, 1);
}

HOST_TEST(J6_a_close_function_may_add_a_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added = {.name = "X", .until = 1};
  worker workers[] = {{.name = "A", .until = 1, .on_close = add_on_close, .data = &added}, {.name = "B", .until = 2}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, A nothing, B1, X1, X nothing, B2, B nothing");
  drop_all(workers, 2);
  drop_all(&added, 1);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_S10_a_task_added_by_a_close_function_during_stop_finishes_at_once) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker added = {.name = "X"};
  worker workers[] = {{.name = "A", .on_close = add_on_close, .data = &added}, {.name = "B"}};
  add_all(host, cooperator, workers, 2);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, X SCHEDULER_STOPPED, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED");
  drop_all(workers, 2);
  drop_all(&added, 1);
  coop_cooperator_destroy(cooperator);
}

static void stop_cooperator_on_close(coop_task *task, worker *self) {
  (void)task;
  OK(coop_cooperator_stop(self->cooperator));
}

HOST_TEST(J6_a_close_function_may_stop_the_cooperator) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1, .on_close = stop_cooperator_on_close}, {.name = "B"}};
  add_all(host, cooperator, workers, 2);
  host_pump(host);
  EXPECT(host, "schedule, A1, B SCHEDULER_STOPPED, A nothing");
  CHECK_EQUAL(coop_task_state(workers[0].task), COOP_STATE_DONE);
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

static void destroy_cooperator_on_close(coop_task *task, worker *self) {
  (void)task;
  coop_cooperator_destroy(self->cooperator);
}

HOST_TEST(J6_a_close_function_may_destroy_the_cooperator) {
  for (int in_slice = 0; in_slice < 2; in_slice++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    worker workers[] = {{.name = "A", .until = 1, .on_close = destroy_cooperator_on_close}, {.name = "B"}};
    add_all(host, cooperator, workers, 2);
    if (in_slice) {
      host_pump(host);
      EXPECT(host, "schedule, A1, B SCHEDULER_STOPPED, A nothing");
    } else {
      OK(coop_task_stop(workers[0].task));
      EXPECT(host, "schedule, cancel, B SCHEDULER_STOPPED, A TASK_STOPPED");
    }
    drop_all(workers, 2);
    CHECK_EQUAL(host->blocks, 0);
  }
}

/* ---- from inside a when-done callback ---- */

static coop_result destroy_data(fake_host *host, void *data, coop_result result) {
  (void)result;
  coop_cooperator_destroy(data);
  host_log(host, "destroyed");
  return nothing();
}

static void destroy_when_done(fake_host *host, worker *self) {
  coop_deferred *done = NULL;
  OK(coop_task_when_done(self->task, &done));
  OK(on_both(host, done, NULL, destroy_data, self->cooperator));
  coop_deferred_release(done);
}

HOST_TEST(J6_S9_a_when_done_callback_may_destroy_the_cooperator_in_a_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B"}};
  add_all(host, cooperator, workers, 2);
  destroy_when_done(host, &workers[0]);
  host_pump(host);
  EXPECT(host, "schedule, A1, A nothing, B SCHEDULER_STOPPED, destroyed");
  drop_all(workers, 2);
}

HOST_TEST(J6_S9_a_when_done_callback_may_destroy_the_cooperator_while_its_task_is_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}};
  add_all(host, cooperator, workers, 2);
  destroy_when_done(host, &workers[0]);
  OK(coop_task_stop(workers[0].task));
  EXPECT(host, "schedule, A TASK_STOPPED, cancel, B SCHEDULER_STOPPED, destroyed");
  drop_all(workers, 2);
}

HOST_TEST(J6_S10_a_when_done_callback_may_destroy_the_cooperator_during_stop) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A"}, {.name = "B"}, {.name = "C"}};
  add_all(host, cooperator, workers, 3);
  destroy_when_done(host, &workers[1]);
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "schedule, cancel, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED, C SCHEDULER_STOPPED, destroyed");
  drop_all(workers, 3);
}

HOST_TEST(J6_a_callback_of_coiterate_may_destroy_the_cooperator) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  OK(coop_cooperator_stop(cooperator));
  worker a = {.name = "A", .host = host};
  coop_deferred *done = new_deferred(host);
  OK(on_both(host, done, "A", destroy_data, cooperator));
  OK(coop_coiterate(cooperator, worker_iterator(&a), done));
  EXPECT(host, "A SCHEDULER_STOPPED, destroyed");
  coop_deferred_release(done);
}

static coop_result drop_worker(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  worker_drop(data);
  return nothing();
}

HOST_TEST(J6_S9_a_when_done_callback_may_release_the_last_reference_to_its_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B"}, {.name = "C"}};
  for (int i = 0; i < 3; i++) {
    coop_deferred *done = NULL;
    worker_add(host, cooperator, &workers[i]);
    OK(coop_task_when_done(workers[i].task, &done));
    OK(on_both(host, done, workers[i].name, drop_worker, &workers[i]));
    coop_deferred_release(done);
    watch_task(host, workers[i].task, "then");
  }
  OK(coop_task_stop(workers[1].task));
  EXPECT(host, "schedule, B TASK_STOPPED, then TASK_STOPPED");
  OK(coop_task_pause(workers[2].task));
  host_pump(host);
  EXPECT(host, "A1, A nothing, then nothing");
  OK(coop_cooperator_stop(cooperator));
  EXPECT(host, "C SCHEDULER_STOPPED, then SCHEDULER_STOPPED");
  coop_cooperator_destroy(cooperator);
}

static coop_result run_slice_of_data(fake_host *host, void *data, coop_result result) {
  (void)result;
  coop_cooperator_run_slice(data);
  host_log(host, "no slice");
  return nothing();
}

HOST_TEST(S5_a_when_done_callback_cannot_run_a_slice_inside_a_slice) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  worker workers[] = {{.name = "A", .until = 1}, {.name = "B", .until = 1}};
  add_all(host, cooperator, workers, 2);
  coop_deferred *done = NULL;
  OK(coop_task_when_done(workers[0].task, &done));
  OK(on_both(host, done, NULL, run_slice_of_data, cooperator));
  coop_deferred_release(done);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, A nothing, no slice, schedule, B1, B nothing");
  drop_all(workers, 2);
  coop_cooperator_destroy(cooperator);
}

/* ---- from inside the predicate and its factory ---- */

typedef struct caller {
  fake_host *host;
  coop_cooperator *cooperator;
  void (*in_factory)(struct caller *self);
  void (*in_predicate)(struct caller *self);
} caller;

static coop_status calling_factory(void *context, coop_slice_limit *limit) {
  caller *self = context;
  limit->ask = true;
  if (self->in_factory) {
    self->in_factory(self);
  }
  return COOP_OK;
}

static bool calling_predicate(void *context) {
  caller *self = context;
  if (self->in_predicate) {
    self->in_predicate(self);
  }
  return false;
}

static void call_stop(caller *self) { OK(coop_cooperator_stop(self->cooperator)); }

static void call_destroy(caller *self) { coop_cooperator_destroy(self->cooperator); }

static void call_run_slice(caller *self) { coop_cooperator_run_slice(self->cooperator); }

static void call_stop_and_start(caller *self) {
  if (coop_cooperator_first_task(self->cooperator)) {
    OK(coop_cooperator_stop(self->cooperator));
    OK(coop_cooperator_start(self->cooperator));
  }
}

HOST_TEST(J6_J7_a_predicate_and_its_factory_may_call_back) {
  static const struct {
    void (*in_factory)(caller *self);
    void (*in_predicate)(caller *self);
    bool destroys;
    const char *events;
  } cases[] = {
      {call_stop, NULL, false, "schedule, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {call_destroy, NULL, true, "schedule, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {call_stop_and_start, NULL, false, "schedule, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {call_run_slice, NULL, false, "schedule, A1, B1, A2, A nothing, B2, B nothing"},
      {NULL, call_stop, false, "schedule, A1, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {NULL, call_destroy, true, "schedule, A1, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {NULL, call_stop_and_start, false, "schedule, A1, A SCHEDULER_STOPPED, B SCHEDULER_STOPPED"},
      {NULL, call_run_slice, false, "schedule, A1, B1, A2, A nothing, B2, B nothing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    caller self = {.host = host, .in_factory = cases[i].in_factory, .in_predicate = cases[i].in_predicate};
    OK(coop_cooperator_create(
        &host->hooks,
        &(coop_cooperator_options){
            .predicate_factory = calling_factory, .predicate = calling_predicate, .context = &self},
        &self.cooperator));
    worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .until = 2}};
    add_all(host, self.cooperator, workers, 2);
    host_pump_all(host, 2);
    EXPECT(host, cases[i].events);
    drop_all(workers, 2);
    if (!cases[i].destroys) {
      coop_cooperator_destroy(self.cooperator);
    }
    EXPECT_NOTHING(host);
    CHECK_EQUAL(host->blocks, 0);
  }
}

/* ---- from inside the unhandled hook ---- */

static worker *added_by_hook;

static void add_in_hook(void *context, coop_failure reported) {
  fake_host *host = context;
  char text[100];
  host_log(host, "unhandled %s", result_text(reported, text, sizeof text));
  add_all(host, added_by_hook->cooperator, added_by_hook, 1);
}

static coop_turn just_fail(coop_task *task, worker *self) {
  (void)task;
  (void)self;
  return COOP_FAILED;
}

HOST_TEST(D7_J6_the_unhandled_hook_may_add_a_task) {
  host->hooks.unhandled = add_in_hook;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker fails = {.name = "A", .work = just_fail, .host = host};
  worker added = {.name = "X", .until = 1, .cooperator = cooperator};
  added_by_hook = &added;
  OK(coop_cooperate(cooperator, worker_iterator(&fails), NULL));
  host_pump(host);
  EXPECT(host, "schedule, A1, unhandled FAILURE, X1, X nothing");
  drop_all(&added, 1);
  coop_cooperator_destroy(cooperator);
}
