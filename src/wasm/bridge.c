/*
 * The core for JavaScript: the host's hooks over imports, and the public API as exports. No logic: what a call
 * means is said in include/cooperator/, and what happens on the other side in js/.
 *
 * This is what the npm package and C programs have in common, and is included by package.c and by program.c. Each says
 * before how a function is exported (EXPORT), what an import is called (IMPORT) and where memory comes from, and after,
 * in the table `host`, what becomes of values.
 *
 * JavaScript's objects (tasks, values, callbacks, timers, cooperators) are numbers here, which js/core/handles.js
 * gives out; 0 is none. Pointers to tasks, Deferreds and cooperators are numbers over there. Each side frees
 * its own. No import lets a JavaScript exception through: each answers with a status or a kind.
 */

#include <cooperator/cooperator.h>

typedef uint32_t handle;

static void *to_pointer(handle number) { return (void *)(uintptr_t)number; }
static handle to_handle(const void *pointer) { return (handle)(uintptr_t)pointer; }

/* ---- imports ---- */

/*
 * What host_invoke is to call; the same numbers stand in js/tasks/deferred.js. The arguments: the result, to be replaced, of a
 * CALLBACK; status and value for an OBSERVER; the timeout for START_TIMER.
 */
typedef enum invocation { CALLBACK, OBSERVER, CANCELLER, START_TIMER, STOP_TIMER } invocation;

extern double host_now_ms(void) IMPORT(host_now_ms);
/* `wanted` 1: begin a slice, once; 0: not any more. */
extern coop_status host_want_slice(handle cooperator, int wanted) IMPORT(host_want_slice);
extern coop_status host_begin_slice(handle cooperator, coop_slice_limit *limit) IMPORT(host_begin_slice);
extern int host_should_end_slice(handle cooperator) IMPORT(host_should_end_slice);
/* A native step has said something else than COOP_MORE: what does that come to? */
extern coop_turn host_native(handle task, coop_turn said) IMPORT(host_native);
extern void host_close(handle task, coop_state state, coop_status outcome, uint32_t pauses) IMPORT(host_close);
extern void host_long_turn(handle cooperator, coop_task *task, double duration_ms) IMPORT(host_long_turn);
extern int host_invoke(handle what, invocation how, void *argument, handle value) IMPORT(host_invoke);
extern void host_unhandled(coop_status status, handle value) IMPORT(host_unhandled);
extern void host_release(handle number) IMPORT(host_release);

/* ---- the host table ---- */

/* The core allocates and frees, and resizes nothing. */
static void *reallocate(void *context, void *memory, size_t old_size, size_t new_size) {
  (void)context;
  if (memory == NULL) return memory_allocate(new_size);
  memory_free(memory, old_size);
  return NULL;
}

static double now_ms(void *context) {
  (void)context;
  return host_now_ms();
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  (void)context;
  return host_want_slice(to_handle(coop_cooperator_context(cooperator)), 1);
}

static void cancel(void *context, coop_cooperator *cooperator) {
  (void)context;
  (void)host_want_slice(to_handle(coop_cooperator_context(cooperator)), 0);
}

static void unhandled(void *context, coop_failure failure) {
  (void)context;
  host_unhandled(failure.status, to_handle(failure.value));
}

static void long_turn(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  (void)context;
  host_long_turn(to_handle(coop_cooperator_context(cooperator)), task, duration_ms);
}

static const coop_host host; /* in package.c or program.c */

/* Where structs are left for JavaScript to read, until the next call that leaves one. */
static union {
  coop_cooperator_stats cooperator;
  coop_task_stats task;
} scratch;

/* ---- cooperators ---- */

static coop_status predicate_factory(void *context, coop_slice_limit *limit) {
  return host_begin_slice(to_handle(context), limit);
}

static bool predicate(void *context) { return host_should_end_slice(to_handle(context)) != 0; }

coop_cooperator *EXPORT(cooperator_create)(handle context, int started) {
  const coop_cooperator_options options = {
      .not_started = !started,
      .predicate_factory = predicate_factory,
      .predicate = predicate,
      .context = to_pointer(context),
  };
  coop_cooperator *cooperator = NULL;
  (void)coop_cooperator_create(&host, &options, &cooperator);
  return cooperator;
}

void EXPORT(cooperator_destroy)(coop_cooperator *cooperator) { coop_cooperator_destroy(cooperator); }
void EXPORT(cooperator_start)(coop_cooperator *cooperator) { (void)coop_cooperator_start(cooperator); }
void EXPORT(cooperator_stop)(coop_cooperator *cooperator) { (void)coop_cooperator_stop(cooperator); }
int EXPORT(cooperator_running)(coop_cooperator *cooperator) { return coop_cooperator_running(cooperator); }

/* JavaScript gives the turns of its tasks, so that none of its code runs inside of these two; 0: the slice is over. */

static inline __attribute__((always_inline)) handle turn_of(const coop_task *task) {
  return task == NULL ? 0 : to_handle(coop_task_iterator_state(task));
}

handle EXPORT(cooperator_begin_slice)(coop_cooperator *cooperator) {
  return turn_of(coop_cooperator_begin_slice(cooperator));
}

handle EXPORT(cooperator_end_turn)(coop_cooperator *cooperator, coop_turn turn) {
  return turn_of(coop_cooperator_end_turn(cooperator, turn));
}

coop_task *EXPORT(cooperator_turning)(coop_cooperator *cooperator) { return coop_cooperator_turning(cooperator); }

int EXPORT(cooperator_should_yield)(coop_cooperator *cooperator) { return coop_cooperator_should_yield(cooperator); }

coop_task *EXPORT(cooperator_first_task)(coop_cooperator *cooperator) { return coop_cooperator_first_task(cooperator); }

const coop_cooperator_stats *EXPORT(cooperator_stats)(coop_cooperator *cooperator) {
  coop_cooperator_get_stats(cooperator, &scratch.cooperator);
  return &scratch.cooperator;
}

/* ---- tasks: their state is the handle of the JavaScript task ---- */

static void close(coop_task *task, void *state) {
  coop_task_handle_failure(task); /* JavaScript has the error and sees to D7 */
  host_close(to_handle(state), coop_task_state(task), coop_task_outcome(task).status, coop_task_pauses(task));
}

/*
 * The task of the last `cooperate`: there already when that asks for a slice or, on a stopped cooperator, closes
 * the task. JavaScript looks at it before it calls any code of a user's, which may add others.
 */
static coop_task *added;

static coop_status add(coop_cooperator *cooperator, coop_step_fn step_of, void *state, coop_close_fn close_of,
                       uint32_t share) {
  return coop_cooperate(cooperator, (coop_iterator){step_of, state, close_of, share}, &added);
}

coop_status EXPORT(cooperate)(coop_cooperator *cooperator, handle task, uint32_t share) {
  return add(cooperator, NULL, to_pointer(task), close, share);
}

coop_task *EXPORT(task_added)(void) { return added; }

/* Native tasks: the step is a function of another module, which js/interop/native.js has put into our table. */

typedef struct native {
  handle task; /* of the JavaScript task */
  coop_turn (*step)(void *state);
  void *state;
} native;

static coop_turn native_step(coop_task *task, void *state) {
  (void)task;
  const native *self = state;
  const coop_turn said = self->step(self->state);
  return said == COOP_MORE ? said : host_native(self->task, said);
}

/* Stands in a step's place once what it waited for has failed: so does the task, in its next turn. */
coop_turn EXPORT(native_failed)(void *state) {
  (void)state;
  return COOP_FAILED;
}

static void native_close(coop_task *task, void *state) {
  const handle closed = ((native *)state)->task;
  memory_free(state, sizeof(native));
  close(task, to_pointer(closed));
}

coop_status EXPORT(cooperate_native)(coop_cooperator *cooperator, handle task, uint32_t share,
                                     coop_turn (*foreign)(void *), void *state) {
  native *self = memory_allocate(sizeof *self);
  if (self == NULL) return COOP_NO_MEMORY;
  *self = (native){task, foreign, state};
  const coop_status status = add(cooperator, native_step, self, native_close, share);
  if (status != COOP_OK) memory_free(self, sizeof *self);
  return status;
}

/* 0 for one of C's, in a program that has the library linked in */
handle EXPORT(task_handle)(coop_task *task) {
  const coop_step_fn step = coop_task_step(task);
  void *state = coop_task_iterator_state(task);
  return step == NULL ? to_handle(state) : step == native_step ? ((native *)state)->task : 0;
}

coop_task *EXPORT(task_next)(coop_task *task) { return coop_task_next(task); }

void EXPORT(task_release)(coop_task *task) { coop_task_release(task); }
coop_status EXPORT(task_pause)(coop_task *task) { return coop_task_pause(task); }
coop_status EXPORT(task_resume)(coop_task *task) { return coop_task_resume(task); }
coop_status EXPORT(task_stop)(coop_task *task) { return coop_task_stop(task); }
void EXPORT(task_wake)(coop_task *task) { coop_task_wake(task); }
coop_state EXPORT(task_state)(coop_task *task) { return coop_task_state(task); }

const coop_task_stats *EXPORT(task_stats)(coop_task *task) {
  coop_task_get_stats(task, &scratch.task);
  return &scratch.task;
}

/* ---- Deferreds: their context is the handle of the JavaScript Deferred ---- */

static void canceller(void *context, coop_deferred *deferred) {
  (void)deferred;
  (void)host_invoke(to_handle(context), CANCELLER, NULL, 0);
}

static bool observer(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  return host_invoke(to_handle(context), OBSERVER, to_pointer(result.status), to_handle(result.value)) != 0;
}

static void drop(void *context) { host_release(to_handle(context)); }

/* `watcher` is an observer of how the task ends; it is told the status alone, and JavaScript knows the rest. */
coop_status EXPORT(task_when_done)(coop_task *task, handle watcher) {
  coop_deferred *deferred = NULL;
  coop_status status = coop_task_when_done(task, &deferred);
  if (status == COOP_OK) status = coop_deferred_observe(deferred, observer, drop, to_pointer(watcher));
  coop_deferred_release(deferred);
  return status;
}

coop_deferred *EXPORT(deferred_create)(handle context, int has_canceller) {
  coop_deferred *deferred = NULL;
  (void)coop_deferred_create(&host, has_canceller ? canceller : NULL, to_pointer(context), &deferred);
  return deferred;
}

/* Its JavaScript object lets go of it, and is not to be looked for any more. */
void EXPORT(deferred_release)(coop_deferred *deferred) {
  coop_deferred_set_context(deferred, NULL);
  coop_deferred_release(deferred);
}

/* `status` COOP_PENDING: `value` is the Deferred to wait for. */
coop_status EXPORT(deferred_fire)(coop_deferred *deferred, coop_status status, handle value) {
  return coop_deferred_fire(deferred, (coop_result){status, to_pointer(value)});
}

coop_status EXPORT(deferred_observe)(coop_deferred *deferred, handle watcher) {
  return coop_deferred_observe(deferred, observer, drop, to_pointer(watcher));
}

coop_status EXPORT(deferred_cancel)(coop_deferred *deferred, handle error) {
  return coop_deferred_cancel_with(deferred, to_pointer(error));
}
