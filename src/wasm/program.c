/*
 * The core in a program that links the library, which has tasks and Deferreds of its own beside JavaScript's.
 *
 * Values that cross are JavaScript's, if they are odd: twice their number in js/core/handles.js, and one more.
 */

#include <cooperator/wasm.h>
#include <stdlib.h>

/* These names are not in the way of the program's. */
#define EXPORT(name) coop__wasm_##name
#define IMPORT(name) __asm__("coop__" #name)

static void *memory_allocate(size_t size) { return malloc(size); }

static void memory_free(void *block, size_t size) {
  (void)size;
  free(block);
}

#include "bridge.inc"

typedef struct entry {
  const char *name;
  void (*function)(void);
} entry;

/* What JavaScript is told at the start: `entries` ends with a name that is NULL. */
extern void host_ready(const entry *entries) IMPORT(host_ready);

extern coop_status host_number(handle number, double *out) IMPORT(host_number);
extern coop_status host_size(handle number, size_t *out) IMPORT(host_size);
extern coop_status host_read(handle number, void *buffer, size_t size) IMPORT(host_read);
extern handle host_retain(handle number) IMPORT(host_retain);
extern void host_release_value(handle number) IMPORT(host_release_value);

/* ---- values ---- */

static bool is_foreign(const void *value) { return (to_handle(value) & 1) != 0; }
static handle number_of(const void *value) { return to_handle(value) >> 1; }

coop_status coop_wasm_number(const void *value, double *out) {
  return is_foreign(value) && out != NULL ? host_number(number_of(value), out) : COOP_INVALID_ARGUMENT;
}

coop_status coop_wasm_size(const void *value, size_t *out) {
  return is_foreign(value) && out != NULL ? host_size(number_of(value), out) : COOP_INVALID_ARGUMENT;
}

coop_status coop_wasm_read(const void *value, void *buffer, size_t size) {
  const bool has_place = buffer != NULL || size == 0;
  return is_foreign(value) && has_place ? host_read(number_of(value), buffer, size) : COOP_INVALID_ARGUMENT;
}

void *coop_wasm_retain(const void *value) {
  const handle number = is_foreign(value) ? host_retain(number_of(value)) : 0;
  return number == 0 ? NULL : to_pointer(number << 1 | 1);
}

void coop_wasm_release(void *value) {
  if (is_foreign(value)) host_release_value(number_of(value));
}

static void release(void *context, void *value) {
  (void)context;
  coop_wasm_release(value);
}

static const coop_host host = {
    .allocate = allocate,
    .free = free_block,
    .now_ms = now_ms,
    .schedule = schedule,
    .cancel = cancel,
    .unhandled = unhandled,
    .release = release,
    .long_turn = long_turn,
};

const coop_host *coop_wasm_host(void) {
  /* without `schedule`: a cooperator that JavaScript does not know could be given no slices */
  static const coop_host for_deferreds = {
      .allocate = allocate,
      .free = free_block,
      .now_ms = now_ms,
      .unhandled = unhandled,
      .release = release,
  };
  return &for_deferreds;
}

/* ---- the program's cooperator ---- */

static coop_cooperator *own;

coop_cooperator *coop_wasm_cooperator(void) {
  if (own == NULL) own = EXPORT(cooperator_create)(0, 0);
  return own;
}

/* In place of cooperator_create: `context` is the handle of the JavaScript cooperator that is to be this one. */
static coop_cooperator *adopt_cooperator(handle context) {
  coop_cooperator *cooperator = coop_wasm_cooperator();
  if (cooperator != NULL) coop_cooperator_set_context(cooperator, to_pointer(context));
  return cooperator;
}

/* The program may go on using its own. */
static void destroy_cooperator(coop_cooperator *cooperator) {
  if (cooperator != own) {
    EXPORT(cooperator_destroy)(cooperator);
  } else {
    EXPORT(cooperator_stop)(cooperator);
    coop_cooperator_set_context(cooperator, NULL);
  }
}

/* ---- what JavaScript may call ---- */

/* A step of C's was left by an exception, for which `value` stands. */
static void fail_task(coop_task *task, void *value) {
  coop_task_set_failure(task, (coop_failure){COOP_FAILURE, value});
}

/*
 * Functions are found by their places in the table: of exports, Emscripten's JavaScript has its own and changing
 * opinion, what they are called and which of them are there.
 */
static const entry entries[] = {
#define ENTRY(name, function) \
  { name, (void (*)(void))(function) }
#define SHARED(name) ENTRY(#name, EXPORT(name))
    SHARED(cooperator_create),
    SHARED(cooperator_start),
    SHARED(cooperator_stop),
    SHARED(cooperator_running),
    SHARED(cooperator_begin_slice),
    SHARED(cooperator_end_turn),
    SHARED(cooperator_turning),
    SHARED(cooperator_should_yield),
    SHARED(cooperator_first_task),
    SHARED(cooperator_stats),
    SHARED(task_create),
    SHARED(native_task_create),
    SHARED(task_start),
    SHARED(cooperate),
    SHARED(cooperate_native),
    SHARED(native_failed),
    SHARED(task_added),
    SHARED(task_handle),
    SHARED(task_next),
    SHARED(task_release),
    SHARED(task_pause),
    SHARED(task_resume),
    SHARED(task_stop),
    SHARED(task_wake),
    SHARED(task_state),
    SHARED(task_stats),
    SHARED(task_when_done),
    SHARED(deferred_create),
    SHARED(deferred_release),
    SHARED(deferred_fire),
    SHARED(deferred_observe),
    SHARED(deferred_cancel),
    ENTRY("cooperator_destroy", destroy_cooperator),
    ENTRY("cooperator_adopt", adopt_cooperator),
    ENTRY("task_fail", fail_task),
    ENTRY("deferred_retain", coop_deferred_retain),
    ENTRY("status_message", coop_status_message),
    {NULL, NULL},
};

__attribute__((constructor)) static void tell(void) { host_ready(entries); }
