/* Tasks and Deferreds of C's, for JavaScript to meet. What happens is told to Module.log. */
#include <cooperator/iterator.h>
#include <cooperator/wasm.h>
#include <emscripten.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EM_JS(void, say, (const char *text), { Module['log'].push(UTF8ToString(text)); })

/* None of these are to be hidden by, or to hide, a name of the library's bridge. */
int cooperate, task_handle, host_release, host_now_ms;

static void say_of(const char *name, const char *what) {
  char text[128];
  snprintf(text, sizeof text, "%s %s", name, what);
  say(text);
}

/* ---- tasks ---- */

static void say_state(coop_task *task, const char *name) {
  static const char *const states[] = {"runnable", "paused", "waiting", "done", "failed", "stopped"};
  say_of(name, states[coop_task_state(task)]);
}

struct counter {
  COOP_ITERATOR;
  const char *name;
  int at, end;
};

static coop_turn counter_next(coop_task *task, void *state) {
  struct counter *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->at = 1; self->at <= self->end; self->at++) {
    char turn[16];
    snprintf(turn, sizeof turn, "%d", self->at);
    say_of(self->name, turn);
    COOP_YIELD(self);
  }
  COOP_END(self);
}

static void counter_close(coop_task *task, void *state) {
  struct counter *self = state;
  say_state(task, self->name);
  free(self);
}

EMSCRIPTEN_KEEPALIVE void add_counter(int first, int turns) {
  static const char *const names[] = {"c0", "c1", "c2"};
  struct counter *counter = calloc(1, sizeof *counter);
  if (counter == NULL) abort();
  counter->name = names[first];
  counter->end = turns;
  const coop_iterator iterator = {.step = counter_next, .state = counter, .close = counter_close};
  if (coop_cooperate(coop_wasm_cooperator(), iterator, NULL) != COOP_OK) abort();
}

static coop_turn be_done(coop_task *task, void *state) {
  (void)task, (void)state;
  return COOP_DONE;
}

/* A task whose state is what it is given, and stands for nothing. */
EMSCRIPTEN_KEEPALIVE void add_with_state(void *state) {
  const coop_iterator iterator = {.step = be_done, .state = state};
  if (coop_cooperate(coop_wasm_cooperator(), iterator, NULL) != COOP_OK) abort();
}

/* Waits for a Deferred, says what it got, and has the same for its own end. */
struct waiter {
  COOP_ITERATOR;
  coop_deferred *source;
};

static void say_value(coop_result result) {
  double number;
  size_t size;
  if (coop_wasm_number(result.value, &number) == COOP_OK) {
    char text[64];
    snprintf(text, sizeof text, "%g", number);
    say_of("number", text);
  } else if (coop_wasm_size(result.value, &size) == COOP_OK) {
    char *text = malloc(size + 1);
    if (text == NULL || coop_wasm_read(result.value, text, size) != COOP_OK) abort();
    if (coop_wasm_read(result.value, text, size + 1) != COOP_INVALID_ARGUMENT) abort();
    text[size] = '\0';
    say_of("bytes", text);
    free(text);
  } else {
    say_of("neither", coop_status_name(result.status));
  }
}

static coop_turn waiter_next(coop_task *task, void *state) {
  struct waiter *self = state;
  COOP_BEGIN(self);
  COOP_AWAIT(self, task, self->source);
  coop_result result = coop_task_awaited(task);
  say_value(result);
  if (result.status != COOP_OK) {
    coop_task_set_failure(task, result);
    return COOP_FAILED;
  }
  coop_task_set_result(task, result.value);
  COOP_END(self);
}

static void waiter_close(coop_task *task, void *state) {
  struct waiter *self = state;
  say_state(task, "waiter");
  coop_deferred_release(self->source);
  free(self);
}

/* Takes over the reference to `source`; `asked`: returns a Deferred of its end. */
EMSCRIPTEN_KEEPALIVE coop_deferred *wait_for(coop_deferred *source, int asked) {
  struct waiter *waiter = calloc(1, sizeof *waiter);
  coop_task *task = NULL;
  coop_deferred *done = NULL;
  if (waiter == NULL) abort();
  waiter->source = source;
  const coop_iterator iterator = {.step = waiter_next, .state = waiter, .close = waiter_close};
  if (coop_cooperate(coop_wasm_cooperator(), iterator, &task) != COOP_OK) abort();
  if (asked && coop_task_when_done(task, &done) != COOP_OK) abort();
  coop_task_release(task);
  return done;
}

static coop_turn trap_next(coop_task *task, void *state) {
  (void)task, (void)state;
  say("trap");
  __builtin_trap();
}

EMSCRIPTEN_KEEPALIVE coop_deferred *add_trap(int asked) {
  coop_task *task = NULL;
  coop_deferred *done = NULL;
  if (coop_cooperate(coop_wasm_cooperator(), (coop_iterator){.step = trap_next}, &task) != COOP_OK) abort();
  if (asked && coop_task_when_done(task, &done) != COOP_OK) abort();
  coop_task_release(task);
  return done;
}

EMSCRIPTEN_KEEPALIVE void stop(void) {
  if (coop_cooperator_stop(coop_wasm_cooperator()) != COOP_OK) abort();
}

EMSCRIPTEN_KEEPALIVE int running(void) { return coop_cooperator_running(coop_wasm_cooperator()); }

/* ---- Deferreds ---- */

static void canceller(void *context, coop_deferred *deferred) {
  (void)context, (void)deferred;
  say("canceller");
}

EMSCRIPTEN_KEEPALIVE coop_deferred *new_deferred(void) {
  coop_deferred *deferred = NULL;
  if (coop_deferred_create(coop_wasm_host(), canceller, NULL, &deferred) != COOP_OK) abort();
  return deferred;
}

EMSCRIPTEN_KEEPALIVE coop_status fire(coop_deferred *deferred, coop_status status, void *value) {
  return coop_deferred_fire(deferred, (coop_result){status, value});
}

EMSCRIPTEN_KEEPALIVE coop_status cancel(coop_deferred *deferred) { return coop_deferred_cancel(deferred); }
EMSCRIPTEN_KEEPALIVE void release(coop_deferred *deferred) { coop_deferred_release(deferred); }

static coop_result say_result(void *context, coop_result result) {
  (void)context;
  say_value(result);
  coop_wasm_release(result.value);
  return (coop_result){COOP_OK, NULL};
}

EMSCRIPTEN_KEEPALIVE void say_when_there(coop_deferred *deferred) {
  const coop_callbacks callbacks = {.callback = say_result, .errback = say_result};
  if (coop_deferred_add_callbacks(deferred, &callbacks) != COOP_OK) abort();
}

static coop_result trap_on_result(void *context, coop_result result) {
  (void)context, (void)result;
  __builtin_trap();
}

EMSCRIPTEN_KEEPALIVE void trap_when_there(coop_deferred *deferred) {
  if (coop_deferred_add_callbacks(deferred, &(coop_callbacks){.callback = trap_on_result}) != COOP_OK) abort();
}

/* ---- values ---- */

EMSCRIPTEN_KEEPALIVE void *result_of(coop_deferred *deferred) { return coop_deferred_result(deferred).value; }
EMSCRIPTEN_KEEPALIVE void *retain_value(void *value) { return coop_wasm_retain(value); }
EMSCRIPTEN_KEEPALIVE void release_value(void *value) { coop_wasm_release(value); }
EMSCRIPTEN_KEEPALIVE coop_status size_of(void *value) { return coop_wasm_size(value, &(size_t){0}); }

/* What is refused of any value: to be put nowhere. */
EMSCRIPTEN_KEEPALIVE int refuse_no_place(void *value) {
  return coop_wasm_number(value, NULL) == COOP_INVALID_ARGUMENT &&
         coop_wasm_size(value, NULL) == COOP_INVALID_ARGUMENT &&
         coop_wasm_read(value, NULL, 1) == COOP_INVALID_ARGUMENT;
}

EMSCRIPTEN_KEEPALIVE coop_status read_nothing(void *value) { return coop_wasm_read(value, NULL, 0); }

EMSCRIPTEN_KEEPALIVE int allocated(void) { return (int)mallinfo().uordblks; }

EMSCRIPTEN_KEEPALIVE coop_status make_cooperator(void) {
  coop_cooperator *cooperator = NULL;
  return coop_cooperator_create(coop_wasm_host(), NULL, &cooperator);
}

int main(void) {
  for (int i = 0; i < 2; i++) add_counter(i, 3);
  say("main is over");
  return 0;
}
