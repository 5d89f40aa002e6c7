/* The ready-made host of stdhost.h. */

#include <cooperator/stdhost.h>
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
