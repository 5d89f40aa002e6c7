/* The ready-made host of stdhost.h. */

#include <cooperator/stdhost.h>
#include <cooperator/sync.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { MANY = 3 * COOP_STDHOST_SLOTS };

/** Appends the name of each task that has a turn. */
static char turns[1000];

struct worker {
  const char *name;
  unsigned turns, until; /* 0: it never ends */
  coop_turn (*work)(struct worker *self);
  coop_cooperator *other;
  coop_stdhost *host;
};

static coop_turn worker_step(coop_task *task, void *state) {
  struct worker *self = state;
  (void)task;
  CHECK(strlen(turns) + strlen(self->name) < sizeof turns);
  strcat(turns, self->name);
  self->turns++;
  if (self->work != NULL) return self->work(self);
  return self->turns == self->until ? COOP_DONE : COOP_MORE;
}

static coop_status limit_to_one_turn(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->turns = 1;
  return COOP_OK;
}

static coop_cooperator *new_cooperator(coop_stdhost *host) {
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {.predicate_factory = limit_to_one_turn};
  CHECK(coop_cooperator_create(&host->hooks, &options, &cooperator) == COOP_OK);
  return cooperator;
}

static coop_task *add(coop_cooperator *cooperator, struct worker *worker) {
  coop_task *task = NULL;
  const coop_iterator iterator = {.step = worker_step, .state = worker};
  CHECK(coop_cooperate(cooperator, iterator, &task) == COOP_OK);
  return task;
}

#define STDHOST_TEST(name)                     \
  static void name##_with(coop_stdhost *host); \
  TEST(name) {                                 \
    coop_stdhost host;                         \
    turns[0] = '\0';                           \
    coop_stdhost_init(&host);                  \
    name##_with(&host);                        \
    CHECK(!coop_stdhost_pending(&host));       \
    coop_stdhost_destroy(&host);               \
  }                                            \
  static void name##_with(coop_stdhost *host)

STDHOST_TEST(a_new_host_has_nothing_pending) {
  CHECK(!coop_stdhost_pending(host));
  CHECK(!coop_stdhost_run_once(host));
  coop_stdhost_run(host);
}

STDHOST_TEST(run_runs_every_task_to_its_end) {
  coop_cooperator *cooperator = new_cooperator(host);
  struct worker a = {.name = "a", .until = 2}, b = {.name = "b", .until = 3};
  coop_task_release(add(cooperator, &a));
  coop_task_release(add(cooperator, &b));
  CHECK(coop_stdhost_pending(host));
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "ababb");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  coop_cooperator_destroy(cooperator);
}

STDHOST_TEST(run_returns_while_a_task_waits_and_goes_on_when_it_is_resumed) {
  coop_cooperator *cooperator = new_cooperator(host);
  struct worker a = {.name = "a", .until = 1}, b = {.name = "b", .until = 1};
  coop_task *paused = add(cooperator, &a);
  CHECK(coop_task_pause(paused) == COOP_OK);
  coop_task_release(add(cooperator, &b));
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "b");
  CHECK(coop_task_resume(paused) == COOP_OK);
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "ba");
  coop_task_release(paused);
  coop_cooperator_destroy(cooperator);
}

STDHOST_TEST(run_once_runs_pending_slices_in_order_and_none_that_they_request) {
  coop_cooperator *cooperators[3];
  struct worker workers[3] = {{.name = "a", .until = 2}, {.name = "b", .until = 3}, {.name = "c", .until = 1}};
  for (int i = 0; i < 3; i++) {
    cooperators[i] = new_cooperator(host);
    coop_task_release(add(cooperators[i], &workers[i]));
  }
  CHECK(coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "abc");
  CHECK(coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "abcab");
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "abcabb");
  for (int i = 0; i < 3; i++) coop_cooperator_destroy(cooperators[i]);
}

STDHOST_TEST(a_cooperator_without_runnable_tasks_is_not_pending) {
  coop_cooperator *first = new_cooperator(host), *second = new_cooperator(host);
  struct worker a = {.name = "a", .until = 1}, b = {.name = "b", .until = 1};
  coop_task *task = add(first, &a);
  coop_task_release(add(second, &b));
  CHECK(coop_task_stop(task) == COOP_OK);
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "b");
  coop_task_release(task);
  coop_cooperator_destroy(first);
  coop_cooperator_destroy(second);
}

STDHOST_TEST(a_pending_cooperator_may_be_destroyed) {
  coop_cooperator *first = new_cooperator(host), *second = new_cooperator(host);
  struct worker a = {.name = "a", .until = 1}, b = {.name = "b", .until = 1};
  coop_task_release(add(first, &a));
  coop_task_release(add(second, &b));
  coop_cooperator_destroy(first);
  CHECK(coop_stdhost_pending(host));
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "b");
  coop_cooperator_destroy(second);
}

static coop_turn destroy_other(struct worker *self) {
  coop_cooperator_destroy(self->other);
  return COOP_DONE;
}

STDHOST_TEST(a_turn_may_destroy_a_cooperator_that_is_pending_or_its_own) {
  for (int i = 0; i < 2; i++) {
    coop_cooperator *first = new_cooperator(host), *second = new_cooperator(host), *third = new_cooperator(host);
    struct worker a = {.name = "a", .work = destroy_other, .other = i == 0 ? second : first};
    struct worker b = {.name = "b", .until = 1}, c = {.name = "c", .until = 2};
    coop_task_release(add(first, &a));
    coop_task_release(add(second, &b));
    coop_task_release(add(third, &c));
    turns[0] = '\0';
    CHECK(coop_stdhost_run_once(host));
    CHECK_TEXT(turns, i == 0 ? "ac" : "abc");
    coop_stdhost_run(host);
    CHECK_TEXT(turns, i == 0 ? "acc" : "abcc");
    if (i != 0) coop_cooperator_destroy(second);
    if (i != 1) coop_cooperator_destroy(first);
    coop_cooperator_destroy(third);
  }
}

static coop_turn add_to_other(struct worker *self) {
  static struct worker added;
  added = (struct worker){.name = "x", .until = 1};
  coop_task_release(add(self->other, &added));
  return COOP_DONE;
}

STDHOST_TEST(a_slice_that_is_requested_inside_a_round_runs_in_the_next) {
  coop_cooperator *first = new_cooperator(host), *second = new_cooperator(host);
  struct worker a = {.name = "a", .work = add_to_other, .other = second};
  coop_task_release(add(first, &a));
  CHECK(coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "a");
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "ax");
  coop_cooperator_destroy(first);
  coop_cooperator_destroy(second);
}

STDHOST_TEST(many_cooperators_can_be_pending) {
  coop_cooperator *cooperators[MANY];
  struct worker workers[MANY];
  for (int i = 0; i < MANY; i++) {
    cooperators[i] = new_cooperator(host);
    workers[i] = (struct worker){.name = "m", .until = 2};
    coop_task_release(add(cooperators[i], &workers[i]));
  }
  coop_cooperator_destroy(cooperators[COOP_STDHOST_SLOTS]);
  CHECK(coop_stdhost_run_once(host));
  for (int i = 0; i < MANY; i++) CHECK_EQUAL(workers[i].turns, i != COOP_STDHOST_SLOTS);
  CHECK(!coop_stdhost_run_once(host));
  for (int i = 0; i < MANY; i++) {
    if (i != COOP_STDHOST_SLOTS) coop_cooperator_destroy(cooperators[i]);
  }
}

static void *refuse(void *context, size_t size) {
  (void)context;
  (void)size;
  return NULL;
}

STDHOST_TEST(a_request_without_memory_is_repeated_at_the_next_occasion) {
  coop_cooperator *cooperators[COOP_STDHOST_SLOTS + 1];
  struct worker workers[COOP_STDHOST_SLOTS + 1];
  void *(*const allocate)(void *, size_t) = host->hooks.allocate;
  coop_task *last = NULL;
  for (int i = 0; i <= COOP_STDHOST_SLOTS; i++) {
    cooperators[i] = new_cooperator(host);
    workers[i] = (struct worker){.name = "m", .until = 1};
    coop_task_release(last);
    CHECK(coop_task_create(cooperators[i], (coop_iterator){.step = worker_step, .state = &workers[i]}, &last) ==
          COOP_OK);
    if (i == COOP_STDHOST_SLOTS) host->hooks.allocate = refuse;
    CHECK(coop_task_start(last) == COOP_OK);
  }
  host->hooks.allocate = allocate;
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "mmmmmmmm");
  CHECK(coop_task_pause(last) == COOP_OK && coop_task_resume(last) == COOP_OK);
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "mmmmmmmmm");
  coop_task_release(last);
  for (int i = 0; i <= COOP_STDHOST_SLOTS; i++) coop_cooperator_destroy(cooperators[i]);
}

STDHOST_TEST(the_clock_does_not_go_back_and_ends_slices) {
  double before = host->hooks.now_ms(host->hooks.context);
  for (int i = 0; i < 1000; i++) {
    const double now = host->hooks.now_ms(host->hooks.context);
    CHECK(now >= before);
    before = now;
  }
  coop_cooperator *cooperator = NULL;
  CHECK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = 1}, &cooperator) == COOP_OK);
  struct worker endless = {.name = ""};
  coop_task *task = add(cooperator, &endless);
  CHECK(coop_stdhost_run_once(host)); /* returns only because the time of the slice ends */
  CHECK(endless.turns > 0);
  CHECK(host->hooks.now_ms(host->hooks.context) - before >= 1);
  CHECK(coop_task_stop(task) == COOP_OK);
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

static void count_unhandled(void *context, coop_failure failure) {
  CHECK(context != NULL && failure.status == COOP_FAILURE);
  strcat(turns, "!");
}

static coop_turn fail(struct worker *self) {
  (void)self;
  return COOP_FAILED;
}

STDHOST_TEST(D7_the_program_may_add_hooks) {
  host->hooks.unhandled = count_unhandled;
  coop_cooperator *cooperator = new_cooperator(host);
  struct worker a = {.name = "a", .work = fail};
  coop_task_release(add(cooperator, &a));
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "a!");
  coop_cooperator_destroy(cooperator);
}

/* ---- timers ---- */

static double fake_now_ms; /* the time of the tests below */

static double read_fake_clock(void *context) {
  (void)context;
  return fake_now_ms;
}

static coop_result note_end(void *context, coop_result result) {
  CHECK(result.status == COOP_TIMED_OUT);
  strcat(turns, context);
  return (coop_result){COOP_OK, NULL};
}

/** A Deferred whose timeout appends `name`. */
static coop_deferred *time_out(coop_stdhost *host, double delay_ms, char *name) {
  coop_deferred *deferred = NULL;
  const coop_callbacks callbacks = {.errback = note_end, .context = name};
  CHECK(coop_deferred_create(&host->hooks, NULL, NULL, &deferred) == COOP_OK);
  CHECK(coop_deferred_add_timeout(deferred, delay_ms, &host->clock) == COOP_OK);
  CHECK(coop_deferred_add_callbacks(deferred, &callbacks) == COOP_OK);
  return deferred;
}

static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";

STDHOST_TEST(timers_fire_when_they_are_due_in_the_order_of_their_times) {
  host->hooks.now_ms = read_fake_clock;
  fake_now_ms = 1000;
  CHECK(coop_stdhost_delay_ms(host) == (double)INFINITY);
  coop_deferred *timed[] = {time_out(host, 20, c), time_out(host, 10, a), time_out(host, 20, d), time_out(host, 15, b)};
  CHECK(coop_stdhost_delay_ms(host) == 10);
  fake_now_ms = 1009;
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "");
  fake_now_ms = 1016;
  CHECK(coop_stdhost_delay_ms(host) == 0);
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "ab");
  CHECK(coop_stdhost_delay_ms(host) == 4);
  fake_now_ms = 1020;
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "abcd");
  CHECK(coop_stdhost_delay_ms(host) == (double)INFINITY);
  for (int i = 0; i < 4; i++) coop_deferred_release(timed[i]);
}

STDHOST_TEST(a_cancelled_timer_does_not_fire) {
  host->hooks.now_ms = read_fake_clock;
  fake_now_ms = 0;
  char *names[] = {a, b, c};
  for (int gone = 0; gone < 3; gone++) {
    coop_deferred *timed[3];
    turns[0] = '\0';
    for (int i = 0; i < 3; i++) timed[i] = time_out(host, 10 + i, names[i]);
    CHECK(coop_deferred_callback(timed[gone], NULL) == COOP_OK);
    fake_now_ms += 20;
    coop_stdhost_run(host);
    CHECK_TEXT(turns, gone == 0 ? "bc" : gone == 1 ? "ac" : "ab");
    for (int i = 0; i < 3; i++) coop_deferred_release(timed[i]);
  }
}

typedef struct chained_timer {
  coop_stdhost *host;
  coop_deferred *next;
} chained_timer;

static coop_result start_next(void *context, coop_result result) {
  chained_timer *self = context;
  (void)result;
  self->next = time_out(self->host, 0, b);
  return (coop_result){COOP_OK, NULL};
}

STDHOST_TEST(a_timer_that_a_timer_starts_waits_for_the_next_round) {
  host->hooks.now_ms = read_fake_clock;
  fake_now_ms = 0;
  chained_timer chained = {.host = host};
  coop_deferred *first = time_out(host, 10, a);
  const coop_callbacks callbacks = {.callback = start_next, .context = &chained};
  CHECK(coop_deferred_add_callbacks(first, &callbacks) == COOP_OK);
  fake_now_ms = 10;
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "a");
  CHECK(coop_stdhost_delay_ms(host) == 0);
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "ab");
  coop_deferred_release(first);
  coop_deferred_release(chained.next);
}

static void *allocate_nothing(void *context, size_t size) {
  (void)context;
  (void)size;
  return NULL;
}

STDHOST_TEST(a_timer_needs_memory_and_a_clock) {
  coop_deferred *deferred = NULL;
  CHECK(coop_deferred_create(&host->hooks, NULL, NULL, &deferred) == COOP_OK);
  void *(*allocate)(void *, size_t) = host->hooks.allocate;
  host->hooks.allocate = allocate_nothing;
  CHECK(host->clock.call_later(host->clock.context, 10, NULL) == COOP_NO_MEMORY);
  host->hooks.allocate = allocate;
  host->hooks.now_ms = NULL;
  CHECK(coop_deferred_add_timeout(deferred, 10, &host->clock) == COOP_HOST_FAILED);
  CHECK(coop_stdhost_delay_ms(host) == (double)INFINITY);
  coop_deferred_release(deferred);
}

struct sleeper {
  COOP_ITERATOR;
  coop_stdhost *host;
  char *name;
  double delay_ms;
  int i;
  coop_deferred *wait;
};

static coop_turn sleeper_next(coop_task *task, void *state) {
  struct sleeper *self = state;
  COOP_BEGIN(self);
  for (self->i = 0; self->i < 3; self->i++) {
    strcat(turns, self->name);
    COOP_AWAIT_WITH(self, task, coop_task_sleep(task, self->delay_ms, &self->host->clock, &self->wait));
  }
  COOP_END(self);
}

static void sleeper_close(coop_task *task, void *state) {
  (void)task;
  coop_deferred_release(((struct sleeper *)state)->wait);
}

STDHOST_TEST(run_sleeps_until_the_last_task_has_slept) {
  coop_cooperator *cooperator = NULL;
  CHECK(coop_cooperator_create(&host->hooks, NULL, &cooperator) == COOP_OK);
  struct sleeper sleepers[] = {{.host = host, .name = a, .delay_ms = 1}, {.host = host, .name = b, .delay_ms = 1000}};
  coop_task *slow = NULL;
  for (int i = 0; i < 2; i++) {
    const coop_iterator iterator = {.step = sleeper_next, .state = &sleepers[i], .close = sleeper_close};
    CHECK(coop_cooperate(cooperator, iterator, i == 0 ? NULL : &slow) == COOP_OK);
  }
  CHECK(!coop_stdhost_run_once(host));
  CHECK_TEXT(turns, "ab");
  CHECK(coop_task_stop(slow) == COOP_OK); /* cancels its timer, or the next call would take three seconds */
  coop_stdhost_run(host);
  CHECK_TEXT(turns, "abaa");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  coop_task_release(slow);
  coop_cooperator_destroy(cooperator);
}
