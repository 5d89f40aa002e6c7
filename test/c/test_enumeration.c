/*
 * Every sequence of operations on three tasks, of a fixed length. After each operation the lists of the core must be
 * consistent (invariants.h), and the states must be those of a simple model that is kept here. A turn must go to the
 * task that has waited longest (S2). The environment variable ENUMERATE_DEPTH sets the length.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"
#include "invariants.h"

enum { TASKS = 3, DEPTH = 6, MAX_DEPTH = 10, OPERATIONS = 5 * TASKS + 4 };

/* The model of a task. */
typedef struct shadow {
  coop_task *task;
  bool lives, waits;
  unsigned pauses;
  unsigned since; /* when it went to the end of the queue */
  unsigned turns;
} shadow;

typedef struct world {
  fake_host host;
  coop_cooperator *cooperator;
  shadow shadows[TASKS];
  coop_deferred *deferreds[TASKS]; /* kind each waiting task awaits */
  bool wait_next;                  /* the next turn returns COOP_WAIT */
  bool running;
  unsigned clock;
  unsigned turns; /* of all tasks */
  unsigned stopped_with[TASKS];
} world;

static bool runnable(const shadow *it) { return it->task != NULL && it->lives && !it->waits && it->pauses == 0; }

static unsigned count_runnable(const world *self) {
  unsigned count = 0;
  for (int i = 0; i < TASKS; i++) count += runnable(&self->shadows[i]);
  return count;
}

typedef struct place {
  world *in;
  int index;
} place;

static coop_turn step(coop_task *task, void *state) {
  const place *at = state;
  world *self = at->in;
  shadow *it = &self->shadows[at->index];
  CHECK(it->task == task && runnable(it));
  for (int i = 0; i < TASKS; i++) {
    if (runnable(&self->shadows[i])) CHECK(self->shadows[i].since >= it->since);
  }
  self->turns++;
  it->turns++;
  it->since = ++self->clock;
  if (!self->wait_next) return COOP_MORE;
  self->wait_next = false;
  OK(coop_deferred_create(&self->host.hooks, NULL, NULL, &self->deferreds[at->index]));
  OK(coop_task_await(task, self->deferreds[at->index]));
  it->waits = true;
  return COOP_WAIT;
}

static void end(world *self, int i) {
  shadow *it = &self->shadows[i];
  it->lives = it->waits = false;
  coop_deferred_release(self->deferreds[i]);
  self->deferreds[i] = NULL;
}

static void mark_runnable(world *self, shadow *it) {
  if (runnable(it)) it->since = ++self->clock;
}

static void stop_all(world *self) {
  OK(coop_cooperator_stop(self->cooperator));
  self->running = false;
  for (int i = 0; i < TASKS; i++) end(self, i);
}

static void operate_on(world *self, place *places, int kind, int i) {
  shadow *it = &self->shadows[i];
  switch (kind) {
    case 0: /* add, unless it lives */
      if (it->task != NULL && it->lives) return;
      coop_task_release(it->task);
      *it = (shadow){.lives = self->running, .since = ++self->clock};
      OK(coop_cooperate(self->cooperator, (coop_iterator){.step = step, .state = &places[i]}, &it->task));
      return;
    case 1:
      if (it->task == NULL) return;
      if (it->lives) {
        OK(coop_task_pause(it->task));
        it->pauses++;
      } else {
        CHECK(coop_task_pause(it->task) != COOP_OK);
      }
      return;
    case 2:
      if (it->task == NULL) return;
      CHECK_STATUS(coop_task_resume(it->task), it->pauses == 0 ? COOP_NOT_PAUSED : COOP_OK);
      if (it->pauses != 0 && --it->pauses == 0) mark_runnable(self, it);
      return;
    case 3:
      if (it->task == NULL || !it->lives) return;
      OK(coop_task_stop(it->task));
      end(self, i);
      return;
    default: /* fire kind it awaits */
      if (self->deferreds[i] == NULL) return;
      it->waits = false;
      mark_runnable(self, it);
      OK(coop_deferred_callback(self->deferreds[i], NULL));
      coop_deferred_release(self->deferreds[i]);
      self->deferreds[i] = NULL;
  }
}

static void operate(world *self, place *places, int operation) {
  if (operation < 5 * TASKS) {
    operate_on(self, places, operation / TASKS, operation % TASKS);
    return;
  }
  const unsigned before = self->turns;
  switch (operation - 5 * TASKS) {
    case 0:
    case 1:
      self->wait_next = operation - 5 * TASKS == 1;
      const bool expected = self->running && count_runnable(self) != 0;
      CHECK_EQUAL(host_pump(&self->host), expected);
      CHECK_EQUAL(self->turns - before, expected);
      self->wait_next = false;
      return;
    case 2:
      stop_all(self);
      return;
    default:
      OK(coop_cooperator_start(self->cooperator));
      self->running = true;
  }
}

static void check_states(world *self) {
  check_invariants(self->cooperator);
  for (int i = 0; i < TASKS; i++) {
    const shadow *it = &self->shadows[i];
    if (it->task == NULL) continue;
    const coop_state state = coop_task_state(it->task);
    CHECK_EQUAL(state, !it->lives        ? COOP_STATE_STOPPED
                       : it->pauses != 0 ? COOP_STATE_PAUSED
                       : it->waits       ? COOP_STATE_WAITING
                                         : COOP_STATE_RUNNABLE);
    CHECK_EQUAL(coop_task_pauses(it->task), it->pauses);
  }
  /* S4 */
  CHECK_EQUAL(self->host.pendings, self->running && count_runnable(self) != 0);
  host_forget(&self->host);
}

static void play(const int *operations, int length) {
  world self = {.running = true};
  place places[TASKS];
  host_open(&self.host);
  self.cooperator = new_cooperator(&self.host, 1);
  for (int i = 0; i < TASKS; i++) places[i] = (place){&self, i};
  for (int i = 0; i < length; i++) {
    operate(&self, places, operations[i]);
    check_states(&self);
  }
  coop_cooperator_destroy(self.cooperator);
  for (int i = 0; i < TASKS; i++) {
    coop_task_release(self.shadows[i].task);
    coop_deferred_release(self.deferreds[i]);
  }
  host_forget(&self.host);
  host_finish(&self.host);
}

/* Skips sequences that differ only in the numbers of the tasks: a task may appear only after the one before it. */
static bool is_first_of_its_kind(const int *operations, int length) {
  int named = 0;
  for (int i = 0; i < length; i++) {
    if (operations[i] >= 5 * TASKS) continue;
    const int task = operations[i] % TASKS;
    if (task > named) return false;
    if (task == named) {
      if (operations[i] / TASKS != 0) return false; /* it must be added first */
      named++;
    }
  }
  return true;
}

TEST(every_sequence_of_operations_keeps_the_lists_consistent) {
  const char *wanted = getenv("ENUMERATE_DEPTH");
  const int depth = wanted == NULL ? DEPTH : atoi(wanted);
  if (!CHECK(depth >= 1 && depth <= MAX_DEPTH)) return;
  int operations[MAX_DEPTH] = {0};
  unsigned long played = 0;
  for (int at = 0; at >= 0;) {
    if (at == depth - 1 && is_first_of_its_kind(operations, depth)) {
      play(operations, depth);
      played++;
    }
    if (at < depth - 1 && is_first_of_its_kind(operations, at + 1)) {
      operations[++at] = 0;
      continue;
    }
    while (at >= 0 && ++operations[at] == OPERATIONS) at--;
  }
  printf("  %lu sequences of %d operations on %d tasks\n", played, depth, TASKS);
  CHECK(played > 100);
}
