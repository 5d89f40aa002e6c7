#ifndef COOPERATOR_COOPERATOR_H
#define COOPERATOR_COOPERATOR_H

/**
 * @file cooperator.h
 * Cooperators and tasks: Twisted's Cooperator and CooperativeTask.
 *
 * A task wraps an iterator: a step function and its state. Each call of the step is a turn. The runnable tasks of a
 * cooperator are in one queue; the task at the head has a turn and goes to the end. Turns run in slices. The cooperator
 * requests a slice through coop_host.schedule, and the host runs it with coop_cooperator_run_slice (or, if the host
 * runs some turns itself, with coop_cooperator_begin_slice). A slice ends when its limit is reached or when no task is
 * runnable.
 *
 * Adding, removing, pausing, resuming, waking, stopping and finishing a task take constant time.
 *
 * Ownership. Tasks are reference-counted. The cooperator holds a reference from coop_task_start until the task
 * finishes. A caller that receives a task through an `out` parameter owns another reference, and releases it with
 * coop_task_release. A finished task can be queried for as long as there is a reference.
 *
 * Reentrancy. Every function may be called from inside a step, a close function, a termination predicate and its
 * factory, and from what deferred.h and host.h list, unless its description says otherwise. A task may pause or stop
 * itself, and a step may stop or destroy its cooperator (J6).
 *
 * NULL. Unless noted, functions that return coop_status return COOP_INVALID_ARGUMENT for NULL. Never pass NULL to the
 * others.
 */

#include <stdint.h>

#include "cooperator/deferred.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a turn returns. Any other number makes the task fail with COOP_INVALID_ARGUMENT. */
typedef enum coop_turn {
  COOP_MORE,        /**< there is more to do */
  COOP_DONE,        /**< the iterator is exhausted; see coop_task_set_result */
  COOP_FAILED,      /**< the iterator failed; see coop_task_set_failure */
  COOP_WAIT,        /**< leave the queue until coop_task_wake, which coop_task_await arranges */
  COOP_INVALID_TURN /**< makes the task fail like any other number; returned by COOP_END after a misplaced COOP_YIELD */
} coop_turn;

/** Runs one turn of an iterator. Must not run slices of its own cooperator: such a call does nothing (S5). */
typedef coop_turn (*coop_step_fn)(coop_task *task, void *state);

/**
 * The task has finished (coop_task_state reports how), and its step will not be called again. Called once, before the
 * Deferreds of the task fire.
 */
typedef void (*coop_close_fn)(coop_task *task, void *state);

/**
 * The task is stopped (J3): begins its clean-up. Called in no turn of the task; if the task is stopped in its own turn,
 * when that is over, unless the turn is suspended.
 *
 * The clean-up may take turns of its own. COOP_MORE asks for one, COOP_WAIT for one after coop_task_wake, which
 * coop_task_await arranges. The task is COOP_STATE_STOPPING then, and its step is called as before; pauses have no effect.
 * The clean-up is over when this or the step returns COOP_DONE or COOP_FAILED; a failure is passed to
 * coop_host.unhandled. Only then does the task finish: `close` is called, and its Deferreds fail with what stopped it.
 *
 * While this function is on the stack, the step is not called and the task is not closed, whatever the function calls.
 *
 * @param last  the cooperator is being destroyed, so there are no more turns. This may be the second call then. If it
 *              does not return COOP_DONE, the clean-up is given up, and coop_host.unhandled gets COOP_SCHEDULER_STOPPED
 */
typedef coop_turn (*coop_stop_fn)(coop_task *task, void *state, bool last);

/** What a task runs. */
typedef struct coop_iterator {
  coop_step_fn step;   /**< NULL: the host runs the turns, see coop_cooperator_begin_slice */
  void *state;         /**< passed to `step` and `close`; the library does not use it */
  coop_close_fn close; /**< may be NULL */
  double share;        /**< weight: turns in a row (S2), or a part of the time (S13); see COOP_SHARE_MIN. 0 means 1 */
  coop_stop_fn stop;   /**< may be NULL: there is nothing to clean up but what `close` does */
} coop_iterator;

typedef enum coop_state {
  COOP_STATE_RUNNABLE, /**< in the queue, or in its turn */
  COOP_STATE_PAUSED,   /**< its pause count is above 0; it may wait as well */
  COOP_STATE_WAITING,  /**< its iterator waits for something */
  COOP_STATE_DONE,     /**< the iterator was exhausted */
  COOP_STATE_FAILED,   /**< the iterator failed */
  COOP_STATE_STOPPED,  /**< coop_task_stop or coop_cooperator_stop ended it */
  COOP_STATE_STOPPING  /**< it was stopped, and finishes when its turn and its clean-up are over */
} coop_state;

/** The limits of a slice, which ends as soon as one of them is reached. */
typedef struct coop_slice_limit {
  double ms;      /**< time, above 0; INFINITY: no limit. Ignored if the host has no clock */
  uint32_t turns; /**< number of turns; 0: no limit */
  bool ask;       /**< call the termination predicate after every turn */
  bool hint;      /**< call it whenever the clock is read: often enough for a hint, and almost free */
} coop_slice_limit;

/**
 * The termination-predicate factory (S3). Called once at the start of each slice; sets `limit`, which has no limits at
 * first. May call back into the library.
 * @return COOP_OK. Any other status limits the slice to one turn, as do limits without meaning: a negative time, a NaN, or
 *         `ask` or `hint` without a predicate. Reporting the error is up to the factory.
 */
typedef coop_status (*coop_predicate_factory_fn)(void *context, coop_slice_limit *limit);

/** The termination predicate. Returns true to end the slice. May call back into the library. */
typedef bool (*coop_predicate_fn)(void *context);

/** The default length of a slice in milliseconds, as in Twisted. */
#define COOP_DEFAULT_SLICE_MS 10.0

/** What the runnable tasks of a cooperator get in proportion to their shares. */
typedef enum coop_fairness {
  COOP_FAIR_BY_TURNS, /**< turns, as in Twisted (S2) */
  COOP_FAIR_BY_TIME   /**< time on the host's clock (S13). Without a clock, and in slices with another limit: turns */
} coop_fairness;

/** The range of coop_iterator.share. In a cooperator that is fair by turns, a share is an integer from 1. */
#define COOP_SHARE_MIN 0.001
#define COOP_SHARE_MAX 4294967295.0

typedef struct coop_cooperator_options {
  /** Queue tasks, but request no slice before coop_cooperator_start (S11). */
  bool not_started;
  /** Length of a slice in milliseconds; 0: COOP_DEFAULT_SLICE_MS. Unused if there is a factory. */
  double slice_ms;
  /** May be NULL: slices then last `slice_ms`. */
  coop_predicate_factory_fn predicate_factory;
  /** Required if the factory ever sets coop_slice_limit.ask or coop_slice_limit.hint. */
  coop_predicate_fn predicate;
  /** Passed to the two functions; see also coop_cooperator_context. */
  void *context;
  /** Default: by turns. */
  coop_fairness fairness;
  /**
   * By time: how many milliseconds a task with a share of 1 gets in each round. With a larger quantum the cooperator
   * switches between tasks less often, and they wait longer for their next row of turns. 0: the length of the slice
   * divided by the number of runnable tasks, at least 0.01 and at most 1.
   */
  double quantum_ms;
} coop_cooperator_options;

typedef struct coop_cooperator_stats {
  uint64_t slices;
  uint64_t turns;
  double busy_ms; /**< time spent in slices */
  double longest_slice_ms;
  double longest_turn_ms;
} coop_cooperator_stats;

typedef struct coop_task_stats {
  uint64_t turns;
  double busy_ms;         /**< measured for turns that were timed one by one, otherwise estimated from averages */
  double longest_turn_ms; /**< of the turns that were timed one by one */
} coop_task_stats;

/**
 * Creates a cooperator.
 * @param host     must outlive the cooperator; `allocate`, `free` and `schedule` are required
 * @param options  copied; NULL: the defaults
 * @param[out] out owned by the caller, who frees it with coop_cooperator_destroy
 * @return COOP_OK, COOP_NO_MEMORY; COOP_INVALID_ARGUMENT, also if slice_ms or quantum_ms is negative or NaN, or
 *         quantum_ms infinite
 */
coop_status coop_cooperator_create(const coop_host *host, const coop_cooperator_options *options,
                                   coop_cooperator **out);

/**
 * Stops the cooperator (S10) and frees it. Clean-ups that need more turns are given up: see coop_stop_fn. NULL is
 * allowed. The memory is freed later in two cases: inside one of its
 * slices or inside coop_cooperator_stop, when that ends; and while there are tasks of coop_task_create that were not
 * started, when the last of them is started, stopped or released.
 */
void coop_cooperator_destroy(coop_cooperator *cooperator);

void *coop_cooperator_context(const coop_cooperator *cooperator);
void coop_cooperator_set_context(coop_cooperator *cooperator, void *context);

/**
 * Creates a task that is not part of the cooperator yet: it has no turns, and coop_cooperator_stop does not finish it.
 * coop_task_start adds it. This is for callers that need the task before anything can happen to it, for example to
 * store it, or to call coop_task_when_done.
 *
 * All task functions may be used before the start:
 * - coop_task_pause and coop_task_resume count. A task that is paused when it is started enters the queue when it is
 *   resumed.
 * - coop_task_stop finishes the task with COOP_TASK_STOPPED.
 * - coop_task_state reports COOP_STATE_RUNNABLE or COOP_STATE_PAUSED.
 * - coop_cooperator_first_task and coop_task_next do not list the task; coop_task_next returns NULL for it.
 *
 * The task owns the iterator from now on, and closes it exactly once. If the last reference is released before the
 * start, the task is stopped: its iterator is closed, and its Deferreds fail with COOP_TASK_STOPPED.
 *
 * The cooperator may be stopped or destroyed before the start. coop_task_start then finishes the task at once. The host
 * must outlive the task.
 *
 * @param[out] out one reference, owned by the caller
 * @return COOP_OK, COOP_NO_MEMORY; COOP_INVALID_ARGUMENT, also if the share is out of range
 */
coop_status coop_task_create(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out);

/**
 * Adds a task of coop_task_create to the end of the queue. On a stopped cooperator the task finishes at once (S10). The
 * caller keeps its reference. May call back: coop_host.schedule; if the task finishes, its close function and the
 * callbacks of its Deferreds.
 * @return COOP_OK; COOP_INVALID_ARGUMENT if the task was started before; if it has finished, how: see coop_task_pause
 */
coop_status coop_task_start(coop_task *task);

/**
 * Creates and starts a task: coop_task_create and coop_task_start in one call.
 * @param[out] out one reference, owned by the caller; set before anything is called back. May be NULL
 * @return COOP_OK, also if the cooperator is stopped and the task has finished at once (S10); COOP_NO_MEMORY
 */
coop_status coop_cooperate(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out);

/** As coop_cooperate; fires `done` with the outcome of the task. */
coop_status coop_coiterate(coop_cooperator *cooperator, coop_iterator iterator, coop_deferred *done);

/**
 * Runs slices from now on. Makes a stopped cooperator usable again.
 * @return COOP_OK; COOP_SCHEDULER_STOPPED if the cooperator is being destroyed
 */
coop_status coop_cooperator_start(coop_cooperator *cooperator);

/**
 * Stops every task, in the order in which they were started (S10). They finish with COOP_SCHEDULER_STOPPED, at once if
 * they have nothing to clean up. Clean-ups go on, with slices, although the cooperator is stopped.
 */
coop_status coop_cooperator_stop(coop_cooperator *cooperator);

/**
 * Runs no slice until coop_cooperator_resume was called as often as this function (S11). A slice that is open ends after
 * the turn that is under way. Tasks stay, and can be added and stopped, but those with a clean-up that needs turns have
 * it after the resume. Starting and stopping the cooperator does not change its pauses; they do not hold up the
 * clean-ups of a stopped cooperator.
 */
coop_status coop_cooperator_pause(coop_cooperator *cooperator);

/**
 * Takes back one pause.
 * @return COOP_OK, COOP_NOT_PAUSED
 */
coop_status coop_cooperator_resume(coop_cooperator *cooperator);

/** Whether the cooperator is started and not stopped. It may be paused. */
bool coop_cooperator_running(const coop_cooperator *cooperator);

/**
 * Runs the slice that the cooperator requested through coop_host.schedule. Does nothing if none is requested, or inside
 * a slice of the same cooperator. Tasks without a step fail with COOP_INVALID_ARGUMENT. NULL is allowed.
 */
void coop_cooperator_run_slice(coop_cooperator *cooperator);

/**
 * Begins the requested slice, for a host that runs the turns of tasks without a step itself. JavaScript does, so that
 * its code does not run inside a call into the library.
 *
 *     for (coop_task *task = coop_cooperator_begin_slice(cooperator); task != NULL;
 *          task = coop_cooperator_end_turn(cooperator, run_turn(task)))
 *       continue;
 *
 * The turns of tasks that have a step run inside these two functions.
 * @return the task whose turn the host has to run, not a new reference; NULL if the slice is over, if none is
 *         requested, or inside a slice
 */
coop_task *coop_cooperator_begin_slice(coop_cooperator *cooperator);

/**
 * Ends the turn that is under way, and continues the slice. Also ends the turn of a step that did not return because it
 * was left in another way (longjmp, a WebAssembly trap). Must not be called while a step is running.
 * @return as coop_cooperator_begin_slice
 */
coop_task *coop_cooperator_end_turn(coop_cooperator *cooperator, coop_turn turn);

/** The task whose turn is under way, not a new reference; NULL if there is none. */
coop_task *coop_cooperator_turning(const coop_cooperator *cooperator);

/**
 * Suspends the turn that the host runs (S12): its code has left the stack and continues later, for example in a
 * microtask or in another coroutine. Call this between coop_cooperator_begin_slice (or coop_cooperator_end_turn) and
 * the coop_cooperator_end_turn of that turn. Must not be called while a step is running. Does nothing if no turn is
 * under way.
 *
 * Until coop_cooperator_end_turn the slice stays open, no other task has a turn, and the time counts as time of this
 * turn. Meanwhile every function may be called; coop_cooperator_run_slice and coop_cooperator_begin_slice do nothing.
 * If the task is stopped, its clean-up begins at once, and the turn is one of the clean-up from then on. If it is paused, the pause takes effect when the turn ends.
 * Even if the cooperator is stopped or destroyed, the turn must be ended; a destroyed cooperator is freed then.
 */
void coop_cooperator_suspend_turn(coop_cooperator *cooperator);

/**
 * Whether the limit of the slice is reached, for a turn that can end early. Calls the termination predicate if
 * coop_slice_limit.ask is set, but not for coop_slice_limit.hint. Returns true for NULL. Outside a slice: whether the
 * time of the last slice is over; true if that had other limits.
 */
bool coop_cooperator_should_yield(coop_cooperator *cooperator);

/**
 * Whether the task has used up its part of the slice (S12), for a turn that can end early. The part is the length of
 * the slice divided by the number of runnable tasks; by time, what is left of the task's credit; at least 0.1 ms.
 * Slices with another limit than time are not divided: this then returns what coop_cooperator_should_yield does.
 * Returns true for NULL and outside the task's turn.
 */
bool coop_task_should_yield(coop_task *task);

void coop_cooperator_get_stats(const coop_cooperator *cooperator, coop_cooperator_stats *out);

/**
 * The first of the tasks that were started and have not finished, not a new reference; NULL if there is none. Tasks whose
 * clean-up goes on after coop_cooperator_stop come after those that were added during that call.
 */
coop_task *coop_cooperator_first_task(const coop_cooperator *cooperator);

/** The task that was started next after `task`; NULL after the last, or if `task` is not started or has finished. */
coop_task *coop_task_next(const coop_task *task);

/** Adds a reference. Returns its argument. */
coop_task *coop_task_retain(coop_task *task);

/**
 * Releases a reference. The last one frees the task; if the task failed and neither coop_task_when_done nor
 * coop_task_handle_failure was called, coop_host.unhandled is called first (D7). NULL is allowed.
 */
void coop_task_release(coop_task *task);

/**
 * Takes the task out of the queue until coop_task_resume was called as many times. A task that is COOP_STATE_STOPPING
 * stays in it.
 * @return COOP_OK; if the task has finished, how: COOP_TASK_DONE, COOP_TASK_FAILED, COOP_TASK_STOPPED or
 *         COOP_SCHEDULER_STOPPED
 */
coop_status coop_task_pause(coop_task *task);

/** Takes back one pause. @return COOP_OK, also for a task that was stopped while it was paused; COOP_NOT_PAUSED */
coop_status coop_task_resume(coop_task *task);

/**
 * Stops the task, which finishes with COOP_TASK_STOPPED when its turn, if the code of that is on the stack, and its
 * clean-up are over: see coop_stop_fn. What it waits for is no longer waited for.
 * @return as coop_task_pause; if the task was stopped before, what it will finish with
 */
coop_status coop_task_stop(coop_task *task);

/**
 * Puts a waiting task back at the end of the queue: one whose last turn returned COOP_WAIT, or whose turn is under way
 * and will return it. Does nothing to any other task. NULL is allowed.
 */
void coop_task_wake(coop_task *task);

/**
 * For a step that is about to return COOP_WAIT: wakes the task when `deferred` has a result, and leaves that result in
 * the Deferred. The next turn gets it from coop_task_awaited. If the Deferred is destroyed without a result, nothing
 * wakes the task: it waits until it is woken in another way, or stopped.
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT; if the task has finished or was stopped in this turn, how: see
 *         coop_task_pause
 */
coop_status coop_task_await(coop_task *task, coop_deferred *deferred);

/** The result of the last coop_task_await. The Deferred still owns its value. */
coop_result coop_task_awaited(const coop_task *task);

/**
 * For a step: sets the value with which COOP_DONE finishes the task; NULL if this is never called. Every Deferred of
 * coop_task_when_done gets the value. The library never releases it.
 */
void coop_task_set_result(coop_task *task, void *value);

/**
 * For a step: sets the failure with which COOP_FAILED finishes the task; {COOP_FAILURE, NULL} if this is never called.
 * If the task was stopped, the failure is passed to coop_host.unhandled.
 */
void coop_task_set_failure(coop_task *task, coop_failure failure);

coop_state coop_task_state(const coop_task *task);

/** COOP_OK until the task is stopped, then what it finishes with: COOP_TASK_STOPPED or COOP_SCHEDULER_STOPPED. */
coop_status coop_task_stopped_with(const coop_task *task);

/** COOP_PENDING until the task finishes, then its value or failure. */
coop_result coop_task_outcome(const coop_task *task);

/** The pause count: how many calls of coop_task_resume the task needs. */
uint32_t coop_task_pauses(const coop_task *task);

/** The step of the iterator; NULL: the host runs the turns. */
coop_step_fn coop_task_step(const coop_task *task);

/** The state of the iterator. */
void *coop_task_iterator_state(const coop_task *task);

/**
 * Creates a Deferred that fires when the task finishes, or at once if it has finished.
 * @param[out] out one reference, owned by the caller
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_task_when_done(coop_task *task, coop_deferred **out);

/** Marks a failure of this task, if there will be one, as handled: coop_task_release does not report it (D7). */
void coop_task_handle_failure(coop_task *task);

void coop_task_get_stats(const coop_task *task, coop_task_stats *out);

#ifdef __cplusplus
}
#endif

#endif
