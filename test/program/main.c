/* A C program whose tasks and Deferreds meet those of JavaScript. It logs events to Module.log. */
#include <cooperator/iterator.h>
#include <cooperator/wasm.h>
#include <emscripten.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EM_JS(void, log_text, (const char *text), { Module['log'].push(UTF8ToString(text)); })

/* Names that the bridge of the library uses too: neither may hide the other. */
int cooperate, task_handle, host_release, host_now_ms;

static void log_pair(const char *name, const char *what) {
  char text[128];
  snprintf(text, sizeof text, "%s %s", name, what);
  log_text(text);
}

/* ---- tasks ---- */

static void log_state(coop_task *task, const char *name) {
  static const char *const states[] = {"runnable", "paused", "waiting", "done", "failed", "stopped"};
  log_pair(name, states[coop_task_state(task)]);
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
    log_pair(self->name, turn);
    COOP_YIELD(self);
  }
  COOP_END(self);
}

static void counter_close(coop_task *task, void *state) {
  struct counter *self = state;
  log_state(task, self->name);
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

static coop_turn done_next(coop_task *task, void *state) {
  (void)task, (void)state;
  return COOP_DONE;
}

/* Adds a task with any number as its state. */
EMSCRIPTEN_KEEPALIVE void add_with_state(void *state) {
  const coop_iterator iterator = {.step = done_next, .state = state};
  if (coop_cooperate(coop_wasm_cooperator(), iterator, NULL) != COOP_OK) abort();
}

/* Awaits a Deferred, logs the result, and ends with the same result. */
struct waiter {
  COOP_ITERATOR;
  coop_deferred *source;
};

static void log_value(coop_result result) {
  double number;
  size_t size;
  if (coop_wasm_number(result.value, &number) == COOP_OK) {
    char text[64];
    snprintf(text, sizeof text, "%g", number);
    log_pair("number", text);
  } else if (coop_wasm_size(result.value, &size) == COOP_OK) {
    char *text = malloc(size + 1);
    if (text == NULL || coop_wasm_read(result.value, text, size) != COOP_OK) abort();
    if (coop_wasm_read(result.value, text, size + 1) != COOP_INVALID_ARGUMENT) abort();
    text[size] = '\0';
    log_pair("bytes", text);
    free(text);
  } else {
    log_pair("neither", coop_status_name(result.status));
  }
}

static coop_turn waiter_next(coop_task *task, void *state) {
  struct waiter *self = state;
  COOP_BEGIN(self);
  COOP_AWAIT(self, task, self->source);
  coop_result result = coop_task_awaited(task);
  log_value(result);
  if (result.status != COOP_OK) {
    coop_task_set_failure(task, result);
    return COOP_FAILED;
  }
  coop_task_set_result(task, result.value);
  COOP_END(self);
}

static void waiter_close(coop_task *task, void *state) {
  struct waiter *self = state;
  log_state(task, "waiter");
  coop_deferred_release(self->source);
  free(self);
}

/* Takes over the reference to `source`. With `wants_done`, returns a Deferred that fires at the end of the task. */
EMSCRIPTEN_KEEPALIVE coop_deferred *wait_for(coop_deferred *source, int wants_done) {
  struct waiter *waiter = calloc(1, sizeof *waiter);
  coop_task *task = NULL;
  coop_deferred *done = NULL;
  if (waiter == NULL) abort();
  waiter->source = source;
  const coop_iterator iterator = {.step = waiter_next, .state = waiter, .close = waiter_close};
  if (coop_cooperate(coop_wasm_cooperator(), iterator, &task) != COOP_OK) abort();
  if (wants_done && coop_task_when_done(task, &done) != COOP_OK) abort();
  coop_task_release(task);
  return done;
}

static coop_turn trap_next(coop_task *task, void *state) {
  (void)task, (void)state;
  log_text("trap");
  __builtin_trap();
}

EMSCRIPTEN_KEEPALIVE coop_deferred *add_trap(int wants_done) {
  coop_task *task = NULL;
  coop_deferred *done = NULL;
  if (coop_cooperate(coop_wasm_cooperator(), (coop_iterator){.step = trap_next}, &task) != COOP_OK) abort();
  if (wants_done && coop_task_when_done(task, &done) != COOP_OK) abort();
  coop_task_release(task);
  return done;
}

EMSCRIPTEN_KEEPALIVE void stop(void) {
  if (coop_cooperator_stop(coop_wasm_cooperator()) != COOP_OK) abort();
}

EMSCRIPTEN_KEEPALIVE void start_tasks(void) {
  if (coop_cooperator_start(coop_wasm_cooperator()) != COOP_OK) abort();
}

EMSCRIPTEN_KEEPALIVE int running(void) { return coop_cooperator_running(coop_wasm_cooperator()); }

/* ---- Deferreds ---- */

static void canceller(void *context, coop_deferred *deferred) {
  (void)context, (void)deferred;
  log_text("canceller");
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

static coop_result log_result(void *context, coop_result result) {
  (void)context;
  log_value(result);
  coop_wasm_release(result.value);
  return (coop_result){COOP_OK, NULL};
}

EMSCRIPTEN_KEEPALIVE void say_when_there(coop_deferred *deferred) {
  const coop_callbacks callbacks = {.callback = log_result, .errback = log_result};
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

/* Whether reading any value into NULL is refused. */
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
  log_text("main is over");
  return 0;
}
