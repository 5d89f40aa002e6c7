/* Calls that reach a Deferred or a task while it ends, from the functions that its end calls. */

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";

/* What a drop function, a timer's cancel, a release hook, a close function or a callback does. */
typedef struct act {
  fake_host *host;
  void (*run)(struct act *self);
  coop_deferred *deferred;
  coop_timeout *timeout;
  coop_cooperator *cooperator;
  coop_deferred *other;
  coop_task *next; /* what coop_cooperator_end_turn returned */
} act;

static void act_now(void *context) {
  act *self = context;
  self->run(self);
}

static void cancel_deferred(act *self) {
  host_log(self->host, "cancel it");
  OK(coop_deferred_cancel(self->deferred));
}

static void fire_timeout(act *self) {
  coop_timeout *timeout = self->timeout;
  self->timeout = NULL;
  host_log(self->host, "fire it");
  coop_timeout_fire(timeout, one);
}

static void release_deferred(act *self) {
  coop_deferred *deferred = self->deferred;
  self->deferred = NULL;
  coop_deferred_release(deferred);
}

static coop_result pass(void *context, coop_result result) {
  (void)context;
  return result;
}

/* A pair that is never called, so that its drop function acts. */
static void act_on_drop(coop_deferred *deferred, act *self) {
  OK(coop_deferred_add_callbacks(deferred, &(coop_callbacks){.callback = pass, .drop = act_now, .context = self}));
}

/* ---- those that wait for a Deferred that dies ---- */

HOST_TEST(D3_D4_a_drop_function_may_cancel_what_waits_for_the_dying) {
  for (int before = 0; before < 2; before++) { /* the pair is in front of the waiter, or behind it */
    act self = {.host = host, .run = cancel_deferred};
    coop_deferred *dying = new_deferred(host);
    coop_deferred *waiter = self.deferred = new_deferred(host);
    if (before) act_on_drop(dying, &self);
    OK(coop_deferred_fire(waiter, coop_wait_for(dying)));
    if (!before) act_on_drop(dying, &self);
    watch(host, waiter, "end");
    coop_deferred_release(dying);
    EXPECT(host, "cancel it, end CANCELLED");
    coop_deferred_release(waiter);
  }
}

HOST_TEST(D3_D4_a_drop_function_may_cancel_the_last_of_several_that_wait_behind_the_dying) {
  act self = {.host = host, .run = cancel_deferred};
  coop_deferred *dying = new_deferred(host);
  coop_deferred *first = new_deferred(host);
  coop_deferred *second = new_deferred(host);
  coop_deferred *behind = self.deferred = new_deferred(host);
  act_on_drop(dying, &self);
  OK(coop_deferred_fire(first, coop_wait_for(dying)));
  OK(coop_deferred_fire(second, coop_wait_for(dying)));
  OK(coop_deferred_fire(behind, coop_wait_for(second)));
  watch(host, first, "first");
  watch(host, second, "second");
  watch(host, behind, "behind");
  coop_deferred_release(dying);
  /* The result is the next one's at once, so the failure is the end of the chain of `behind`. */
  EXPECT(host, "cancel it, behind CANCELLED, second nothing");
  OK(coop_deferred_cancel(first));
  EXPECT(host, "first CANCELLED");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(behind);
}

static void cancel_and_wait_again(act *self) {
  coop_deferred *waiter = self->deferred;
  OK(on_failure(self->host, waiter, "again", return_deferred, self->other));
  cancel_deferred(self);
}

HOST_TEST(D3_what_waited_for_the_dying_may_wait_for_another) {
  coop_deferred *other = new_deferred(host);
  act self = {.host = host, .run = cancel_and_wait_again, .other = other};
  coop_deferred *dying = new_deferred(host);
  coop_deferred *neighbour = new_deferred(host);
  coop_deferred *waiter = self.deferred = new_deferred(host);
  act_on_drop(dying, &self);
  OK(coop_deferred_fire(waiter, coop_wait_for(dying)));
  OK(coop_deferred_fire(neighbour, coop_wait_for(dying)));
  coop_deferred_release(dying);
  EXPECT(host, "cancel it, again CANCELLED");
  watch(host, waiter, "end");
  OK(coop_deferred_callback(other, one));
  EXPECT(host, "end one");
  OK(coop_deferred_cancel(neighbour));
  coop_deferred_release(neighbour);
  EXPECT(host, "unhandled CANCELLED");
  coop_deferred_release(waiter);
  coop_deferred_release(other);
}

HOST_TEST(D4_what_waits_behind_two_that_die_together_may_be_cancelled) {
  act self = {.host = host, .run = cancel_deferred};
  coop_deferred *dying = new_deferred(host);
  coop_deferred *chained = new_deferred(host);
  coop_deferred *waiter = self.deferred = new_deferred(host);
  OK(coop_deferred_chain(dying, chained));
  act_on_drop(dying, &self);
  OK(coop_deferred_fire(waiter, coop_wait_for(chained)));
  watch(host, waiter, "end");
  coop_deferred_release(chained);
  coop_deferred_release(dying);
  EXPECT(host, "cancel it, end CANCELLED");
  coop_deferred_release(waiter);
}

/* ---- timeouts of a Deferred that dies ---- */

static coop_status store_timeout(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  ((act *)context)->timeout = timeout;
  return COOP_OK;
}

static void cancel_timeout(void *context, coop_timeout *timeout) {
  act *self = context;
  host_log(self->host, "cancel timer");
  if (timeout == self->timeout) self->timeout = NULL;
}

static void no_canceller(void *context, coop_deferred *deferred) {
  (void)context;
  (void)deferred;
  FAIL("a Deferred that dies is not cancelled");
}

HOST_TEST(D4_a_drop_function_may_fire_a_timeout_of_the_dying) {
  for (int chained = 0; chained < 2; chained++) { /* it dies behind another */
    host_watch_release(host);
    act self = {.host = host, .run = fire_timeout};
    const coop_clock clock = {&self, store_timeout, cancel_timeout};
    coop_deferred *dying = NULL;
    OK(coop_deferred_create(&host->hooks, no_canceller, NULL, &dying));
    if (!chained) act_on_drop(dying, &self);
    OK(coop_deferred_add_timeout(dying, 10, &clock));
    if (chained) {
      coop_deferred *head = new_deferred(host);
      OK(coop_deferred_chain(head, dying));
      act_on_drop(head, &self);
      coop_deferred_release(dying);
      dying = head;
    }
    coop_deferred_release(dying);
    EXPECT(host, "fire it, release one");
  }
}

typedef struct two_timers {
  act first;
  coop_timeout *second;
} two_timers;

static coop_status store_first(void *context, double delay_ms, coop_timeout *timeout) {
  return store_timeout(&((two_timers *)context)->first, delay_ms, timeout);
}

static coop_status store_second(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  ((two_timers *)context)->second = timeout;
  return COOP_OK;
}

static void fire_second(void *context, coop_timeout *timeout) {
  two_timers *self = context;
  CHECK(timeout == self->first.timeout);
  coop_timeout *second = self->second;
  self->second = NULL;
  host_log(self->first.host, "cancel first");
  coop_timeout_fire(second, two);
}

HOST_TEST(D4_a_clock_that_cancels_may_fire_another_timeout_of_the_dying) {
  host_watch_release(host);
  two_timers self = {.first = {.host = host}};
  coop_deferred *dying = new_deferred(host);
  OK(coop_deferred_add_timeout(dying, 10, &(coop_clock){&self, store_first, fire_second}));
  OK(coop_deferred_add_timeout(dying, 10, &(coop_clock){&self, store_second, NULL}));
  coop_deferred_release(dying);
  EXPECT(host, "cancel first, release two");
}

/* ---- values ---- */

static void release_and_act(void *context, void *value) {
  act *self = context;
  host_log(self->host, "release %s", (const char *)value);
  act_now(self);
}

static void *allocate_for(void *context, size_t size) {
  fake_host *host = ((act *)context)->host;
  return host->hooks.allocate(host, size);
}

static void free_for(void *context, void *memory, size_t size) {
  fake_host *host = ((act *)context)->host;
  host->hooks.free(host, memory, size);
}

HOST_TEST(D2_the_release_of_an_ignored_value_may_release_the_last_reference) {
  act self = {.host = host, .run = release_deferred};
  const coop_host hooks = {.context = &self, .allocate = allocate_for, .free = free_for, .release = release_and_act};
  coop_deferred *d = NULL;
  OK(coop_deferred_create(&hooks, NULL, NULL, &d));
  OK(coop_deferred_cancel(d));
  self.deferred = d;
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "release one");
  CHECK_EQUAL(host->blocks, 0);
}

static void fail_cancelled(void *context, coop_deferred *deferred) {
  (void)context;
  OK(coop_deferred_errback(deferred, (coop_failure){COOP_CANCELLED, one}));
}

static void check_nothing(act *self) { (void)self; }
static void check_timed_out(act *self) { CHECK_RESULT(coop_deferred_result(self->deferred), "TIMED_OUT two"); }

HOST_TEST(D4_a_deferred_has_the_failure_of_its_timeout_before_that_of_the_cancellation_is_released) {
  act self = {.host = host, .run = check_timed_out};
  const coop_host hooks = {.context = &self, .allocate = allocate_for, .free = free_for, .release = release_and_act};
  OK(coop_deferred_create(&hooks, fail_cancelled, NULL, &self.deferred));
  OK(coop_deferred_add_timeout(self.deferred, 10, &(coop_clock){&self, store_timeout, cancel_timeout}));
  coop_timeout_fire(self.timeout, two);
  EXPECT(host, "release one");
  self.run = check_nothing;
  coop_deferred_release(self.deferred);
  EXPECT(host, "release two");
}

/* ---- the turn of a task that ends ---- */

static void end_turn(act *self) {
  host_log(self->host, "end turn");
  self->next = coop_cooperator_end_turn(self->cooperator, COOP_MORE);
}

static void close_and_act(coop_task *task, void *state) {
  (void)task;
  act_now(state);
}

HOST_TEST(S12_the_close_function_of_a_stopped_task_may_end_its_suspended_turn) {
  act self = {.host = host, .run = end_turn};
  coop_cooperator *cooperator = self.cooperator = new_cooperator(host, 0);
  coop_task *task = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){.state = &self, .close = close_and_act}, &task));
  watch_task(host, task, "A");
  coop_task_release(task);
  host_forget(host);
  host->pendings = 0;
  CHECK(coop_cooperator_begin_slice(cooperator) == task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_task_stop(task));
  EXPECT(host, "end turn, A TASK_STOPPED");
  CHECK(self.next == NULL);
  coop_cooperator_destroy(cooperator);
}

static coop_result end_turn_of(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  act_now(data);
  return nothing();
}

HOST_TEST(J6_a_when_done_callback_may_end_the_turn_of_a_task_that_the_host_runs) {
  act self = {.host = host, .run = end_turn};
  coop_cooperator *cooperator = self.cooperator = new_cooperator(host, 0);
  coop_task *task = NULL;
  coop_deferred *done = NULL;
  OK(coop_cooperate(cooperator, (coop_iterator){0}, &task));
  OK(coop_task_when_done(task, &done));
  OK(on_both(host, done, "A", end_turn_of, &self));
  coop_deferred_release(done);
  watch_task(host, task, "again");
  coop_task_release(task);
  host_forget(host);
  host->pendings = 0;
  CHECK(coop_cooperator_begin_slice(cooperator) == task);
  coop_cooperator_suspend_turn(cooperator);
  OK(coop_task_stop(task));
  EXPECT(host, "A TASK_STOPPED, end turn, again TASK_STOPPED");
  CHECK(self.next == NULL);
  coop_cooperator_destroy(cooperator);
}
