/* Sleeping, waiting with a time limit, and waiting for the first of several: src/waits.c. */

#include <cooperator/sync.h>
#include <stdlib.h>

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";
static char boom[] = "boom";

/* ---- a clock ---- */

typedef struct timer {
  coop_timeout *timeout;
  double delay_ms;
} timer;

typedef struct fake_clock {
  coop_clock hooks;
  fake_host *host;
  timer *timers;
  size_t count, capacity, cancelled;
  coop_status status;
} fake_clock;

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  fake_clock *self = context;
  if (self->status != COOP_OK) return self->status;
  if (self->count == self->capacity) {
    self->capacity = 2 * self->capacity + 4;
    self->timers = realloc(self->timers, self->capacity * sizeof *self->timers);
    if (self->timers == NULL) abort();
  }
  self->timers[self->count++] = (timer){timeout, delay_ms};
  return COOP_OK;
}

/** Timers are mostly cancelled in the order in which they were made, or soon after they were. */
static void cancel_timer(void *context, coop_timeout *timeout) {
  fake_clock *self = context;
  size_t i = self->count;
  while (i-- > 0 && self->timers[i].timeout != timeout) continue;
  if (!CHECK(i < self->count)) return;
  self->timers[i].timeout = NULL;
  self->cancelled++;
}

static void clock_open(fake_clock *self, fake_host *host) {
  *self = (fake_clock){.hooks = {self, call_later, cancel_timer}, .host = host};
}

/** Fires the timers so far that are not cancelled. */
static void clock_run(fake_clock *self) {
  const size_t count = self->count;
  for (size_t i = 0; i < count; i++) {
    coop_timeout *timeout = self->timers[i].timeout;
    self->timers[i].timeout = NULL;
    if (timeout != NULL) coop_timeout_fire(timeout, NULL);
  }
}

static size_t clock_running(const fake_clock *self) {
  size_t running = 0;
  for (size_t i = 0; i < self->count; i++) running += self->timers[i].timeout != NULL;
  return running;
}

static void clock_close(fake_clock *self) {
  CHECK_EQUAL(clock_running(self), 0);
  free(self->timers);
}

/* ---- a task that waits ---- */

struct waiter {
  COOP_ITERATOR;
  fake_host *host;
  fake_clock *clock;
  coop_deferred *wait;
  coop_deferred *sources[3];
  size_t count;    /* of sources: 0 sleeps */
  double delay_ms; /* 0: no time limit */
  int times;       /* how often it waits */
  int i;
};

static coop_status begin_wait(coop_task *task, struct waiter *self) {
  const coop_clock *clock = self->clock == NULL ? NULL : &self->clock->hooks;
  if (self->count == 0) return coop_task_sleep(task, self->delay_ms, clock, &self->wait);
  if (self->delay_ms == 0) return coop_task_await_any(task, self->sources, self->count, &self->wait);
  return coop_task_await_until(task, self->sources[0], self->delay_ms, clock, &self->wait);
}

static coop_turn waiter_next(coop_task *task, void *state) {
  struct waiter *self = state;
  char text[100];
  COOP_BEGIN(self);
  for (self->i = 0; self->i < self->times; self->i++) {
    COOP_AWAIT_WITH(self, task, begin_wait(task, self));
    host_log(self->host, "awaited %s", result_text(coop_task_awaited(task), text, sizeof text));
  }
  COOP_END(self);
}

static void waiter_close(coop_task *task, void *state) {
  struct waiter *self = state;
  (void)task;
  coop_deferred_release(self->wait);
  self->wait = NULL;
}

static coop_task *add_waiter(coop_cooperator *cooperator, struct waiter *self) {
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = waiter_next, .state = self, .close = waiter_close}, &task));
  return task;
}

/* ---- sleeping ---- */

HOST_TEST(a_task_sleeps_for_the_time_that_it_names) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct waiter self = {.host = host, .clock = &clock, .delay_ms = 20, .times = 2};
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_WAITING);
  CHECK_EQUAL(clock.count, 1);
  CHECK_EQUAL(clock.timers[0].delay_ms, 20);
  clock_run(&clock);
  host_pump(host);
  CHECK_EQUAL(clock.count, 2);
  clock_run(&clock);
  host_pump(host);
  EXPECT(host, "schedule, schedule, awaited nothing, schedule, awaited nothing");
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_DONE);
  CHECK_EQUAL(clock.cancelled, 0);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

HOST_TEST(J8_a_task_that_is_stopped_in_its_sleep_leaves_no_timer) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct waiter self = {.host = host, .clock = &clock, .delay_ms = 20, .times = 1};
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  OK(coop_task_stop(task));
  CHECK_EQUAL(clock.cancelled, 1);
  EXPECT(host, "schedule");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

HOST_TEST(a_task_that_is_woken_in_its_sleep_may_sleep_again) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct waiter self = {.host = host, .clock = &clock, .delay_ms = 20, .times = 2};
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  coop_task_wake(task);
  host_pump(host); /* ends the first wait */
  CHECK_EQUAL(clock.cancelled, 1);
  CHECK_EQUAL(clock_running(&clock), 1);
  clock_run(&clock);
  host_pump(host);
  EXPECT(host, "schedule, schedule, awaited pending, schedule, awaited nothing");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

/* ---- a time limit ---- */

HOST_TEST(a_result_in_time_ends_a_wait_and_its_timer) {
  for (int fails = 0; fails < 2; fails++) {
    fake_clock clock;
    clock_open(&clock, host);
    host_watch_release(host);
    coop_cooperator *cooperator = new_cooperator(host, 0);
    coop_deferred *source = new_deferred(host);
    struct waiter self = {.host = host, .clock = &clock, .delay_ms = 20, .times = 1, .sources = {source}, .count = 1};
    coop_task *task = add_waiter(cooperator, &self);
    host_pump(host);
    OK(fails ? coop_deferred_errback(source, failure(boom)) : coop_deferred_callback(source, one));
    host_pump(host);
    EXPECT(host, fails ? "schedule, schedule, awaited FAILURE boom" : "schedule, schedule, awaited one");
    CHECK_EQUAL(clock.cancelled, 1);
    coop_task_release(task);
    EXPECT_NOTHING(host); /* the value is the source's, whose failure is handled */
    coop_deferred_release(source);
    EXPECT(host, fails ? "release boom" : "release one");
    coop_cooperator_destroy(cooperator);
    clock_close(&clock);
  }
}

HOST_TEST(a_wait_that_times_out_leaves_nothing_in_its_source) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *source = new_deferred(host);
  struct waiter self = {.host = host, .clock = &clock, .delay_ms = 20, .times = 1, .sources = {source}, .count = 1};
  coop_task *task = add_waiter(cooperator, &self);
  const size_t before = host->blocks;
  host_pump(host);
  clock_run(&clock);
  host_pump(host);
  EXPECT(host, "schedule, schedule, awaited TIMED_OUT");
  CHECK_EQUAL(host->blocks, before);
  CHECK(!coop_deferred_called(source));
  OK(coop_deferred_errback(source, failure(boom))); /* for somebody else */
  coop_deferred_release(source);
  EXPECT(host, "unhandled FAILURE boom");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

HOST_TEST(D5_50000_tasks_time_out_at_one_source) {
  enum { MANY = 50000 };
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  host->ms_a_reading = 1e-6; /* a clock that stood still would end the slice (S15) */
  coop_deferred *source = new_deferred(host);
  struct waiter *waiters = calloc(MANY, sizeof *waiters);
  for (size_t i = 0; i < MANY; i++) {
    waiters[i] = (struct waiter){.host = host, .clock = &clock, .delay_ms = 20, .sources = {source}, .count = 1};
    waiters[i].times = 1;
    coop_task_release(add_waiter(cooperator, &waiters[i]));
  }
  host_pump(host);
  CHECK_EQUAL(clock.count, MANY);
  clock_run(&clock);
  host_pump(host);
  CHECK_EQUAL(host_count(host, "awaited TIMED_OUT"), MANY);
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  host_forget(host);
  free(waiters);
  coop_deferred_release(source);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

/* ---- the first of several ---- */

HOST_TEST(a_task_awaits_the_first_of_several) {
  for (int fails = 0; fails < 2; fails++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    coop_deferred *sources[] = {new_deferred(host), new_deferred(host), new_deferred(host)};
    struct waiter self = {.host = host, .times = 1, .sources = {sources[0], sources[1], sources[2]}, .count = 3};
    coop_task *task = add_waiter(cooperator, &self);
    const size_t before = host->blocks;
    host_pump(host);
    OK(fails ? coop_deferred_errback(sources[1], failure(boom)) : coop_deferred_callback(sources[1], one));
    OK(coop_deferred_callback(sources[2], two));
    host_pump(host);
    EXPECT(host, fails ? "schedule, schedule, awaited FAILURE boom" : "schedule, schedule, awaited one");
    CHECK_EQUAL(host->blocks, before);
    CHECK_RESULT(coop_deferred_result(sources[0]), "pending");
    CHECK_RESULT(coop_deferred_result(sources[1]), fails ? "FAILURE boom" : "one");
    OK(coop_deferred_errback(sources[0], failure(two)));
    for (int i = 0; i < 3; i++) coop_deferred_release(sources[i]);
    EXPECT(host, "unhandled FAILURE two"); /* the first one's failure was handled */
    coop_task_release(task);
    coop_cooperator_destroy(cooperator);
  }
}

HOST_TEST(of_several_that_have_a_result_the_first_in_the_list_counts) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *sources[] = {new_deferred(host), new_deferred(host), new_deferred(host)};
  OK(coop_deferred_errback(sources[2], failure(boom)));
  OK(coop_deferred_callback(sources[1], one));
  struct waiter self = {.host = host, .times = 1, .sources = {sources[0], sources[1], sources[2]}, .count = 3};
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  EXPECT(host, "schedule, awaited one");
  for (int i = 0; i < 3; i++) coop_deferred_release(sources[i]);
  EXPECT(host, "unhandled FAILURE boom");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J8_many_waits_leave_nothing_in_a_source_that_lives_long) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *shutdown = new_deferred(host);
  struct waiter self = {.host = host, .times = 1000, .sources = {shutdown, NULL}, .count = 2};
  self.sources[1] = new_deferred(host);
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  const size_t before = host->blocks;
  for (int i = 0; i < 500; i++) {
    coop_deferred *message = self.sources[1];
    self.sources[1] = new_deferred(host); /* before the next turn */
    OK(coop_deferred_callback(message, one));
    coop_deferred_release(message);
    host_pump(host);
    CHECK_EQUAL(host->blocks, before);
  }
  OK(coop_task_stop(task));
  coop_deferred_release(self.sources[1]);
  coop_deferred_release(shutdown);
  CHECK_EQUAL(host_count(host, "awaited one"), 500);
  host_forget(host);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(one_source_may_be_listed_twice) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *source = new_deferred(host);
  struct waiter self = {.host = host, .times = 1, .sources = {source, source}, .count = 2};
  coop_task *task = add_waiter(cooperator, &self);
  host_pump(host);
  OK(coop_deferred_callback(source, one));
  host_pump(host);
  EXPECT(host, "schedule, schedule, awaited one");
  coop_deferred_release(source);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

/* ---- calls that fail ---- */

HOST_TEST(a_clock_that_refuses_fails_the_task_with_its_status) {
  fake_clock clock;
  clock_open(&clock, host);
  clock.status = COOP_HOST_FAILED;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *source = new_deferred(host);
  struct waiter waiters[] = {{.host = host, .clock = &clock, .delay_ms = 20, .times = 1},
                             {.host = host, .clock = &clock, .delay_ms = 20, .times = 1, .count = 1}};
  waiters[1].sources[0] = source;
  for (int i = 0; i < 2; i++) {
    coop_task *task = add_waiter(cooperator, &waiters[i]);
    watch_task(host, task, "end");
    host_pump(host);
    EXPECT(host, "schedule, end HOST_FAILED");
    CHECK(waiters[i].wait == NULL);
    coop_task_release(task);
  }
  coop_deferred_release(source);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

static coop_turn stop_itself_and_wait(coop_task *task, worker *self) {
  fake_clock *clock = self->data;
  coop_deferred *wait = NULL;
  OK(coop_task_stop(task));
  CHECK_STATUS(coop_task_sleep(task, 20, &clock->hooks, &wait), COOP_TASK_STOPPED);
  CHECK(wait == NULL);
  return coop__await_with(task, COOP_TASK_STOPPED);
}

HOST_TEST(a_task_that_has_ended_or_was_stopped_does_not_wait) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker stopped = {.name = "A", .work = stop_itself_and_wait, .data = &clock};
  worker_add(host, cooperator, &stopped);
  watch_task(host, stopped.task, "end");
  host_pump(host);
  EXPECT(host, "schedule, A1, end TASK_STOPPED");
  coop_deferred *wait = NULL;
  CHECK_STATUS(coop_task_sleep(stopped.task, 20, &clock.hooks, &wait), COOP_TASK_STOPPED);
  CHECK(wait == NULL);
  worker_drop(&stopped);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

HOST_TEST(arguments_of_waits_are_checked) {
  fake_clock clock;
  clock_open(&clock, host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_task *task = NULL;
  coop_deferred *wait = NULL;
  coop_deferred *sources[] = {new_deferred(host), NULL};
  OK(coop_task_create(cooperator, (coop_iterator){.step = waiter_next}, &task));
  const coop_clock *hooks = &clock.hooks;
  CHECK_STATUS(coop_task_sleep(NULL, 20, hooks, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_sleep(task, 20, NULL, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_sleep(task, -1, hooks, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_sleep(task, 20, hooks, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_until(NULL, sources[0], 20, hooks, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_until(task, NULL, 20, hooks, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_until(task, sources[0], 20, NULL, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_until(task, sources[0], -1, hooks, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_until(task, sources[0], 20, hooks, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_any(NULL, sources, 1, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_any(task, NULL, 1, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_any(task, sources, 0, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_any(task, sources, 2, &wait), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_task_await_any(task, sources, 1, NULL), COOP_INVALID_ARGUMENT);
  CHECK(wait == NULL);
  coop_deferred_release(sources[0]);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
  clock_close(&clock);
}

/* ---- calls from inside the clock ---- */

/* A clock that releases what a wait is about, before it returns. */
typedef struct releasing_clock {
  coop_task *task;
  coop_deferred *source;
  coop_timeout *timeout;
} releasing_clock;

static coop_status release_and_call_later(void *context, double delay_ms, coop_timeout *timeout) {
  releasing_clock *self = context;
  (void)delay_ms;
  self->timeout = timeout;
  coop_task_release(self->task);
  coop_deferred_release(self->source);
  return COOP_OK;
}

static void forget_timeout(void *context, coop_timeout *timeout) {
  releasing_clock *self = context;
  CHECK(timeout == self->timeout);
  self->timeout = NULL;
}

HOST_TEST(J6_a_clock_may_release_the_last_reference_to_the_task_that_is_to_wait) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  releasing_clock self = {0};
  const coop_clock clock = {&self, release_and_call_later, forget_timeout};
  coop_deferred *wait = NULL;
  OK(coop_task_create(cooperator, (coop_iterator){0}, &self.task));
  watch_task(host, self.task, "A");
  OK(coop_task_sleep(self.task, 5, &clock, &wait)); /* it is stopped when the call has let go of it */
  coop_deferred_release(wait);
  EXPECT(host, "A TASK_STOPPED");
  CHECK(self.timeout == NULL);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(J6_a_clock_may_release_the_last_reference_to_the_deferred_that_is_waited_for) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  releasing_clock self = {.source = new_deferred(host)};
  const coop_clock clock = {&self, release_and_call_later, forget_timeout};
  coop_deferred *wait = NULL;
  coop_task *task = NULL;
  OK(coop_task_create(cooperator, (coop_iterator){0}, &task));
  OK(coop_task_await_until(task, self.source, 5, &clock, &wait));
  coop_timeout *timeout = self.timeout;
  coop_timeout_fire(timeout, NULL);
  CHECK_RESULT(coop_task_awaited(task), "TIMED_OUT");
  coop_deferred_release(wait);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

/* ---- a task that is stopped before its wait is over ---- */

static coop_result handle(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  if (data != NULL) OK(coop_task_stop(data));
  return (coop_result){COOP_OK, NULL};
}

static coop_turn wait_in_clean_up(coop_task *task, void *state, bool last) {
  (void)task;
  (void)state;
  return last ? COOP_DONE : COOP_WAIT;
}

HOST_TEST(J3_D7_a_failure_that_comes_during_a_clean_up_is_for_others_and_is_reported_only_if_there_are_none) {
  for (int handled = 0; handled < 2; handled++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    coop_deferred *source = new_deferred(host);
    struct waiter self = {.host = host, .times = 1, .sources = {source}, .count = 1};
    coop_task *task = NULL;
    const coop_iterator iterator = {
        .step = waiter_next, .state = &self, .stop = wait_in_clean_up, .close = waiter_close};
    OK(coop_cooperate(cooperator, iterator, &task));
    host_pump(host);
    OK(coop_task_stop(task));
    if (handled) OK(on_failure(host, source, "handles", handle, NULL));
    host_forget(host);
    OK(coop_deferred_errback(source, failure(boom)));
    coop_deferred_release(source);
    EXPECT(host, handled ? "handles FAILURE boom" : "unhandled FAILURE boom");
    CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPING);
    coop_task_wake(task);
    host_pump(host);
    EXPECT(host, "schedule, awaited pending");
    CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
    coop_task_release(task);
    coop_cooperator_destroy(cooperator);
    EXPECT_NOTHING(host);
  }
}

/* Fires at a depth at which the chain of the source still runs at once, and that of the wait has to stand in a queue. */
typedef struct dive {
  coop_deferred *source;
  unsigned levels;
} dive;

static coop_result dive_on(fake_host *host, void *data, coop_result result) {
  dive *self = data;
  (void)result;
  if (--self->levels == 0) {
    OK(coop_deferred_errback(self->source, failure(boom)));
  } else {
    coop_deferred *next = new_deferred(host);
    OK(on_value(host, next, NULL, dive_on, self));
    OK(coop_deferred_callback(next, NULL));
    coop_deferred_release(next);
  }
  return (coop_result){COOP_OK, NULL};
}

HOST_TEST(D6_D7_a_wait_that_ends_in_a_nested_call_does_not_report_what_the_next_callback_has_handled) {
  for (unsigned levels = 1; levels < 40; levels++) {
    coop_cooperator *cooperator = new_cooperator(host, 0);
    coop_deferred *source = new_deferred(host);
    struct waiter self = {.host = host, .times = 1, .sources = {source}, .count = 1};
    coop_task *task = add_waiter(cooperator, &self);
    host_pump(host);
    OK(on_failure(host, source, "handles", handle, task)); /* and stops the task */
    host_forget(host);
    dive diver = {source, levels};
    (void)dive_on(host, &diver, (coop_result){COOP_OK, NULL});
    EXPECT(host, "schedule, handles FAILURE boom, cancel");
    CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
    coop_deferred_release(source);
    coop_task_release(task);
    coop_cooperator_destroy(cooperator);
    EXPECT_NOTHING(host);
  }
}

HOST_TEST(J6_S5_a_scheduler_may_run_the_task_at_once_when_its_wait_ends_and_the_task_may_release_that) {
  host->at_once = true;
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *source = new_deferred(host);
  struct waiter self = {.host = host, .times = 1, .sources = {source}, .count = 1};
  coop_task *task = add_waiter(cooperator, &self);
  coop_task_release(task);
  OK(coop_deferred_callback(source, one));
  EXPECT(host, "schedule, schedule, awaited one");
  CHECK(self.wait == NULL);
  coop_deferred_release(source);
  coop_cooperator_destroy(cooperator);
}

/* ---- a host that takes results over ---- */

HOST_TEST(the_host_is_not_offered_a_value_that_belongs_to_the_deferred_that_is_waited_for) {
  host_watch_settled(host);
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *source = new_deferred(host), *wait = NULL;
  coop_task *task = NULL;
  OK(coop_deferred_callback(source, one));
  EXPECT(host, "settled one");
  OK(coop_task_create(cooperator, (coop_iterator){0}, &task));
  OK(coop_task_await_any(task, &source, 1, &wait));
  EXPECT(host, "settled one handled"); /* the source, once more, and not the wait */
  CHECK_RESULT(coop_task_awaited(task), "one");
  coop_deferred_release(wait);
  coop_deferred_release(source);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}
