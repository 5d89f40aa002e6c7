/* The macros of iterator.h. */

#include <cooperator/iterator.h>

#include "fake_host.h"

static char seven[] = "seven";
static char boom[] = "boom";

struct countdown {
  COOP_ITERATOR;
  fake_host *host;
  int from;
  int at;
};

static coop_turn countdown_next(coop_task *task, void *state) {
  struct countdown *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->at = self->from; self->at > 0; self->at--) {
    host_log(self->host, "%d", self->at);
    COOP_YIELD(self);
  }
  host_log(self->host, "lift-off");
  COOP_END(self);
}

HOST_TEST(S1_an_iterator_continues_after_its_yield) {
  coop_cooperator *cooperator = new_cooperator(host, 1);
  struct countdown first = {.host = host, .from = 3};
  struct countdown second = {.host = host, .from = 1};
  OK(coop_cooperate(cooperator, (coop_iterator){.step = countdown_next, .state = &first}, NULL));
  OK(coop_cooperate(cooperator, (coop_iterator){.step = countdown_next, .state = &second}, NULL));
  host_pump_all(host, 6);
  EXPECT(host, "schedule, 3, schedule, 1, schedule, 2, schedule, lift-off, schedule, 1, schedule, lift-off");
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(an_exhausted_iterator_returns_DONE_again) {
  struct countdown self = {.host = host, .from = 0};
  for (int i = 0; i < 3; i++) {
    CHECK_EQUAL(countdown_next(NULL, &self), COOP_DONE);
  }
  EXPECT(host, "lift-off");
}

struct reader {
  COOP_ITERATOR;
  fake_host *host;
  coop_deferred *sources[2];
  int evaluated;
  int i;
};

static coop_deferred *next_source(struct reader *self) {
  self->evaluated++;
  return self->sources[self->i];
}

static coop_turn reader_next(coop_task *task, void *state) {
  struct reader *self = state;
  char text[100];
  COOP_BEGIN(self);
  for (self->i = 0; self->i < 2; self->i++) {
    COOP_AWAIT(self, task, next_source(self));
    host_log(self->host, "read %s", result_text(coop_task_awaited(task), text, sizeof text));
  }
  coop_task_set_result(task, seven);
  COOP_END(self);
}

HOST_TEST(S6_an_iterator_continues_after_its_await_with_the_result) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct reader self = {.host = host, .sources = {new_deferred(host), new_deferred(host)}};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = reader_next, .state = &self}, &task));
  watch_task(host, task, "end");
  OK(coop_deferred_callback(self.sources[0], seven));
  host_pump(host);
  EXPECT(host, "schedule, read seven");
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_WAITING);
  OK(coop_deferred_errback(self.sources[1], failure(boom)));
  host_pump(host);
  EXPECT(host, "schedule, read FAILURE boom, end seven");
  CHECK_EQUAL(self.evaluated, 2);
  coop_task_release(task);
  coop_deferred_release(self.sources[0]);
  coop_deferred_release(self.sources[1]);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(awaiting_NULL_fails_the_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct reader self = {.host = host};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = reader_next, .state = &self}, &task));
  watch_task(host, task, "end");
  host_pump(host);
  EXPECT(host, "schedule, end INVALID_ARGUMENT");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

struct branching {
  COOP_ITERATOR;
  fake_host *host;
  int i;
};

static coop_turn branching_next(coop_task *task, void *state) {
  struct branching *self = state;
  (void)task;
  COOP_BEGIN(self);
  while (self->i < 4) {
    self->i++;
    if (self->i % 2) {
      host_log(self->host, "odd %d", self->i);
      COOP_YIELD(self);
    } else {
      do {
        host_log(self->host, "other %d", self->i);
        COOP_YIELD(self);
      } while (++self->i % 2);
    }
  }
  COOP_END(self);
}

HOST_TEST(yields_work_in_loops_and_conditions) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct branching self = {.host = host};
  OK(coop_cooperate(cooperator, (coop_iterator){.step = branching_next, .state = &self}, NULL));
  host_pump(host);
  EXPECT(host, "schedule, odd 1, other 2, other 3");
  coop_cooperator_destroy(cooperator);
}

struct quitter {
  COOP_ITERATOR;
  coop_deferred *never;
};

static coop_turn quitter_next(coop_task *task, void *state) {
  struct quitter *self = state;
  COOP_BEGIN(self);
  OK(coop_task_stop(task));
  COOP_AWAIT(self, task, self->never);
  COOP_END(self);
}

HOST_TEST(J6_an_iterator_that_stops_its_task_and_then_awaits_is_stopped) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct quitter self = {.never = new_deferred(host)};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = quitter_next, .state = &self}, &task));
  host_pump(host);
  EXPECT(host, "schedule"); /* and nothing is reported as unhandled */
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_STOPPED);
  coop_task_release(task);
  coop_deferred_release(self.never);
  coop_cooperator_destroy(cooperator);
}

static coop_turn stop_and_fail(coop_task *task, void *state) {
  (void)coop_task_stop(task);
  coop_task_set_failure(task, (coop_failure){COOP_FAILURE, state});
  return COOP_FAILED;
}

HOST_TEST(D7_a_failure_in_the_turn_that_stopped_the_task_is_reported) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  static char late[] = "late";
  OK(coop_cooperate(cooperator, (coop_iterator){.step = stop_and_fail, .state = late}, NULL));
  host_pump(host);
  EXPECT(host, "schedule, unhandled FAILURE late");
  coop_cooperator_destroy(cooperator);
}

struct nested {
  COOP_ITERATOR;
  fake_host *host;
  int row, column;
};

/* Everything that a yield may be in, and a switch without one. */
static coop_turn nested_next(coop_task *task, void *state) {
  struct nested *self = state;
  (void)task;
  COOP_BEGIN(self);
  int sign = 1; /* a declaration may follow COOP_BEGIN */
  (void)sign;
  for (self->row = 0; self->row < 2; self->row++) {
    self->column = 0;
    while (self->column < 3) {
      self->column++;
      if (self->column == 2) continue;
      {
        const char *word;
        switch (self->column) {
          case 1:
            word = "left";
            break;
          default:
            word = "right";
        }
        host_log(self->host, "%s %d", word, self->row);
        { COOP_YIELD(self); }
      }
      if (self->row == 1) {
        do COOP_YIELD(self);
        while (self->column++ < 2);
        break;
      } else
        COOP_YIELD(self);
    }
  }
  COOP_END(self);
}

HOST_TEST(yields_work_at_any_depth_of_blocks) {
  struct nested self = {.host = host};
  int turns = 0;
  while (nested_next(NULL, &self) == COOP_MORE) turns++;
  EXPECT(host, "left 0, right 0, left 1");
  CHECK_EQUAL(turns, 4 + 1 + 2);
}

struct scripted {
  COOP_ITERATOR;
  fake_host *host;
  int turns;
};

/* The inner switch gets the label of the yield; over 64 bits, compilers do not warn. */
static coop_turn yield_in_a_switch(coop_task *task, void *state) {
  struct scripted *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (;;) {
    host_log(self->host, "turn %d", ++self->turns);
    switch ((long long)self->turns) {
      default:
        COOP_YIELD(self);
    }
  }
  COOP_END(self);
}

HOST_TEST(a_yield_inside_a_switch_fails_the_task_in_its_next_turn) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct scripted self = {.host = host};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = yield_in_a_switch, .state = &self}, &task));
  watch_task(host, task, "end");
  host_pump(host);
  EXPECT(host, "schedule, turn 1, end INVALID_ARGUMENT");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

HOST_TEST(a_struct_that_is_not_zero_at_first_fails_the_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct countdown self = {.host = host, .from = 3, .coop_place = 12345};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = countdown_next, .state = &self}, &task));
  watch_task(host, task, "end");
  host_pump(host);
  EXPECT(host, "schedule, end INVALID_ARGUMENT");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}

struct launch {
  COOP_ITERATOR;
  fake_host *host;
  int i;
  struct countdown countdowns[2];
  struct reader reader;
};

static coop_turn launch_next(coop_task *task, void *state) {
  struct launch *self = state;
  COOP_BEGIN(self);
  for (self->i = 0; self->i < 2; self->i++) {
    host_log(self->host, "launch %d", self->i);
    COOP_DELEGATE(self, task, countdown_next, &self->countdowns[self->i]);
  }
  COOP_DELEGATE(self, task, reader_next, &self->reader);
  host_log(self->host, "all launched");
  COOP_END(self);
}

HOST_TEST(an_iterator_continues_in_the_turn_in_which_its_delegate_ends) {
  struct launch self = {.host = host, .countdowns = {{.host = host, .from = 2}, {.host = host, .from = 0}}};
  CHECK_EQUAL(launch_next(NULL, &self), COOP_MORE);
  EXPECT(host, "launch 0, 2");
  CHECK_EQUAL(launch_next(NULL, &self), COOP_MORE);
  EXPECT(host, "1");
  self.countdowns[1].from = 1;
  CHECK_EQUAL(launch_next(NULL, &self), COOP_MORE);
  EXPECT(host, "lift-off, launch 1, 1");
}

HOST_TEST(a_delegate_can_await_and_set_the_result_of_the_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct launch self = {
      .host = host,
      .countdowns = {{.host = host}, {.host = host}},
      .reader = {.host = host, .sources = {new_deferred(host), new_deferred(host)}},
  };
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = launch_next, .state = &self}, &task));
  watch_task(host, task, "end");
  host_pump(host);
  EXPECT(host, "schedule, launch 0, lift-off, launch 1, lift-off");
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_WAITING);
  for (int i = 0; i < 2; i++) {
    OK(coop_deferred_callback(self.reader.sources[i], seven));
    host_pump(host);
  }
  EXPECT(host, "schedule, read seven, schedule, read seven, all launched, end seven");
  coop_task_release(task);
  coop_deferred_release(self.reader.sources[0]);
  coop_deferred_release(self.reader.sources[1]);
  coop_cooperator_destroy(cooperator);
}

static coop_turn fail_with(coop_task *task, void *state) {
  coop_task_set_failure(task, failure(state));
  return COOP_FAILED;
}

static coop_turn delegate_to_failure(coop_task *task, void *state) {
  struct scripted *self = state;
  COOP_BEGIN(self);
  COOP_YIELD(self);
  COOP_DELEGATE(self, task, fail_with, boom);
  host_log(self->host, "not reached");
  COOP_END(self);
}

HOST_TEST(the_failure_of_a_delegate_fails_the_task) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  struct scripted self = {.host = host};
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.step = delegate_to_failure, .state = &self}, &task));
  watch_task(host, task, "end");
  host_pump(host);
  EXPECT(host, "schedule, end FAILURE boom");
  coop_task_release(task);
  coop_cooperator_destroy(cooperator);
}
