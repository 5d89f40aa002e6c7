/*
 * The bridge in a C program that links the library, and so has tasks and Deferreds besides those of JavaScript.
 *
 * A JavaScript value is an odd number, 2 * handle + 1. The program's own values are pointers, which are even.
 */

#include <cooperator/wasm.h>
#include <stdlib.h>

/* Prefixes, so that no name clashes with one of the program's. */
#define EXPORT(name) coop__wasm_##name
#define IMPORT(name) __asm__("coop__" #name)

static void *memory_allocate(size_t size) { return malloc(size); }

static void memory_free(void *block, size_t size) {
  (void)size;
  free(block);
}

#include "bridge.inc"

/* Passes the table of functions to JavaScript; it ends with a name that is NULL. */
extern void host_ready(const entry *entries) IMPORT(host_ready);

/* The functions of wasm.h, on the handle of a value. */
extern coop_status host_number(handle value, double *out) IMPORT(host_number);
extern coop_status host_size(handle value, size_t *out) IMPORT(host_size);
extern coop_status host_read(handle value, void *buffer, size_t size) IMPORT(host_read);
extern handle host_retain(handle value) IMPORT(host_retain);
extern void host_release_value(handle value) IMPORT(host_release_value);

/* ---- values ---- */

static bool is_javascript(const void *value) { return (to_handle(value) & 1) != 0; }
static handle handle_of(const void *value) { return to_handle(value) >> 1; }

coop_status coop_wasm_number(const void *value, double *out) {
  return is_javascript(value) && out != NULL ? host_number(handle_of(value), out) : COOP_INVALID_ARGUMENT;
}

coop_status coop_wasm_size(const void *value, size_t *out) {
  return is_javascript(value) && out != NULL ? host_size(handle_of(value), out) : COOP_INVALID_ARGUMENT;
}

coop_status coop_wasm_read(const void *value, void *buffer, size_t size) {
  const bool fits = buffer != NULL || size == 0;
  return is_javascript(value) && fits ? host_read(handle_of(value), buffer, size) : COOP_INVALID_ARGUMENT;
}

void *coop_wasm_retain(const void *value) {
  const handle retained = is_javascript(value) ? host_retain(handle_of(value)) : 0;
  return retained == 0 ? NULL : to_pointer(retained << 1 | 1);
}

void coop_wasm_release(void *value) {
  if (is_javascript(value)) host_release_value(handle_of(value));
}

static void release(void *context, void *value) {
  (void)context;
  coop_wasm_release(value);
}

/* Fails until bind() has given the program's cooperator a JavaScript cooperator, which runs the slices. */
static coop_status schedule_if_bound(void *context, coop_cooperator *cooperator) {
  return coop_cooperator_context(cooperator) == NULL ? COOP_HOST_FAILED : schedule(context, cooperator);
}

const coop_host coop__bridge_host = {
    .allocate = allocate,
    .free = free_block,
    .now_ms = now_ms,
    .schedule = schedule_if_bound,
    .cancel = cancel,
    .unhandled = unhandled,
    .release = release,
    .long_turn = long_turn,
    .nesting = &nesting,
};

const coop_host *coop_wasm_host(void) {
  /* Without `schedule`: JavaScript would not know a cooperator with this host, and could not run its slices. */
  static const coop_host for_deferreds = {
      .allocate = allocate,
      .free = free_block,
      .now_ms = now_ms,
      .unhandled = unhandled,
      .release = release,
      .nesting = &nesting,
  };
  return &for_deferreds;
}

/* ---- the program's cooperator ---- */

static coop_cooperator *program_cooperator;

coop_cooperator *coop_wasm_cooperator(void) {
  if (program_cooperator == NULL) program_cooperator = EXPORT(cooperator_create)(0, 0, COOP_FAIR_BY_TURNS, 0);
  return program_cooperator;
}

/* Replaces cooperator_create for the program's cooperator; `context` is the handle of its JavaScript cooperator. */
static coop_cooperator *bind_cooperator(handle context) {
  coop_cooperator *cooperator = coop_wasm_cooperator();
  if (cooperator != NULL) /* GCOVR_EXCL_BR_LINE: a program that has just begun has memory for it */
    coop_cooperator_set_context(cooperator, to_pointer(context));
  return cooperator;
}

/* The program's cooperator is only stopped, because the program may continue to use it. */
static void destroy_cooperator(coop_cooperator *cooperator) {
  if (cooperator != program_cooperator) {
    EXPORT(cooperator_destroy)(cooperator);
  } else {
    EXPORT(cooperator_stop)(cooperator);
    coop_cooperator_set_context(cooperator, NULL);
  }
}

/* ---- the functions for JavaScript ---- */

/* Sets the failure of one of the program's tasks, whose step threw; `value` stands for the exception. */
static void fail_task(coop_task *task, void *value) {
  coop_task_set_failure(task, (coop_failure){COOP_FAILURE, value});
}

/*
 * JavaScript finds these functions by their indexes in the function table. Exports would not do: Emscripten releases
 * differ in how they name exports and in which of them they keep.
 */
static const entry entries[] = {
#define ENTRY(name, function) \
  { name, (void (*)(void))(function) }
#define SHARED(name) ENTRY(#name, EXPORT(name))
    SHARED(cooperator_create),
    SHARED(cooperator_start),
    SHARED(cooperator_stop),
    SHARED(cooperator_pause),
    SHARED(cooperator_running),
    SHARED(cooperator_begin_slice),
    SHARED(cooperator_end_turn),
    SHARED(cooperator_turning),
    SHARED(cooperator_suspend_turn),
    SHARED(cooperator_first_task),
    SHARED(cooperator_stats),
    SHARED(task_create),
    SHARED(native_task_create),
    SHARED(task_start),
    SHARED(native_failed),
    SHARED(task_handle),
    SHARED(task_next),
    SHARED(task_release),
    SHARED(task_pause),
    SHARED(task_resume),
    SHARED(task_stop),
    SHARED(task_wake),
    SHARED(task_state),
    SHARED(task_should_yield),
    SHARED(task_stopped_with),
    SHARED(task_stats),
    SHARED(deferred_create),
    SHARED(deferred_release),
    SHARED(deferred_fire),
    SHARED(deferred_observe),
    SHARED(deferred_cancel),
    ENTRY("cooperator_destroy", destroy_cooperator),
    ENTRY("cooperator_bind", bind_cooperator),
    ENTRY("task_fail", fail_task),
    ENTRY("deferred_retain", coop_deferred_retain),
    ENTRY("status_message", coop_status_message),
    {NULL, NULL},
};

__attribute__((constructor)) static void announce(void) { host_ready(entries); }
