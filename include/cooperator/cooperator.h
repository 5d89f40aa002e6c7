#ifndef COOPERATOR_COOPERATOR_H
#define COOPERATOR_COOPERATOR_H

/**
 * @file cooperator.h
 * Cooperators and tasks: Twisted's Cooperator and CooperativeTask.
 *
 * A task wraps an iterator: a step function with its state. Each call of it is a turn. The runnable tasks of
 * a cooperator stand in one queue: the head gets a turn and goes to the end. Turns are given in slices, which
 * the host is asked for through coop_host.schedule and gives with coop_cooperator_run_slice (or, where it gives some of
 * the turns itself, coop_cooperator_begin_slice); a slice ends when its limit is reached or no task is runnable.
 *
 * Adding, removing, pausing, resuming, waking, stopping and finishing a task take constant time.
 *
 * Ownership. A task counts its references. The cooperator holds one until the task finishes; who asks for a
 * task through an `out` parameter gets another, and drops it with coop_task_release. A finished task that is
 * still referenced can be asked for its state and outcome.
 *
 * Every function may be called from inside a step, a callback or a close function, unless it says otherwise:
 * a task may pause or stop itself, and a step may stop or destroy its cooperator (J6).
 *
 * Functions that answer a status answer COOP_INVALID_ARGUMENT to a NULL, except where it is said; to others none may
 * be given, except where it is said.
 */

#include <stdint.h>

#include "cooperator/deferred.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a turn says. Anything else makes the task fail with COOP_INVALID_ARGUMENT. */
typedef enum coop_turn {
  COOP_MORE,   /**< there is more to do */
  COOP_DONE,   /**< the iterator is exhausted; see coop_task_set_result */
  COOP_FAILED, /**< the iterator failed; see coop_task_set_failure */
  COOP_WAIT    /**< leave the queue until coop_task_wake, which coop_task_await arranges for */
} coop_turn;

/** One turn of an iterator. Must not run slices of its own cooperator (such a call does nothing, S5). */
typedef coop_turn (*coop_step_fn)(coop_task *task, void *state);

/**
 * The task has finished, in whichever way (coop_task_state tells), and its step will not be called any more.
 * Called once, before the task's Deferreds fire; but where the task was finished from inside its own turn,
 * after that turn, its Deferreds having fired at once.
 */
typedef void (*coop_close_fn)(coop_task *task, void *state);

/** What a task is made of. */
typedef struct coop_iterator {
  coop_step_fn step;   /**< NULL: the host gives the turns, see coop_cooperator_begin_slice */
  void *state;         /**< passed to step and close; the library does not touch it */
  coop_close_fn close; /**< may be NULL */
  double share;        /**< weight: turns in a row (S2), an integer from 1, or a part of the time (S13); 0 means 1 */
} coop_iterator;

typedef enum coop_state {
  COOP_STATE_RUNNABLE, /**< in the queue, or in its turn */
  COOP_STATE_PAUSED,   /**< its pause count is above 0; it may wait as well */
  COOP_STATE_WAITING,  /**< its iterator waits for something */
  COOP_STATE_DONE,     /**< the iterator was exhausted */
  COOP_STATE_FAILED,   /**< the iterator failed */
  COOP_STATE_STOPPED   /**< coop_task_stop or coop_cooperator_stop ended it */
} coop_state;

/** How long a slice may be. It ends as soon as one of them says so. */
typedef struct coop_slice_limit {
  double ms;      /**< time, above 0; INFINITY (or a host without a clock): no bound */
  uint32_t turns; /**< number of turns; 0: no bound */
  bool ask;       /**< ask the termination predicate after every turn */
  bool hint;      /**< ask it whenever the clock is read, which is often enough for a hint and costs next to nothing */
} coop_slice_limit;

/**
 * The termination-predicate factory (S3): called once at the start of each slice, with `limit` preset to no
 * bound at all. A failure has been reported by the one who failed; the slice then gives one turn, as it does
 * for a limit that makes no sense (NaN, or a predicate to ask where there is none). May call back.
 */
typedef coop_status (*coop_predicate_factory_fn)(void *context, coop_slice_limit *limit);

/** The termination predicate: true ends the slice. May call back. */
typedef bool (*coop_predicate_fn)(void *context);

/** The length of a slice in milliseconds where nothing else is said; Twisted's. */
#define COOP_DEFAULT_SLICE_MS 10.0

/** The range of coop_iterator.share by time; by turns it is an integer from 1. */
#define COOP_SHARE_MIN 0.001
#define COOP_SHARE_MAX 4294967295.0

/** What runnable tasks have alike, in proportion to their shares. */
typedef enum coop_fairness {
  COOP_FAIR_BY_TURNS, /**< turns, as in Twisted (S2) */
  COOP_FAIR_BY_TIME   /**< processor time, by the host's clock (S13) */
} coop_fairness;

typedef struct coop_cooperator_options {
  coop_fairness fairness;
  /** By time: the milliseconds that a task with a share of 1 gets in a round; 0: a slice by the number of tasks, from 0.01
   *  to 1. */
  double quantum_ms;
  /** Queue the tasks until coop_cooperator_start (S11). */
  bool not_started;
  /** Length of a slice in milliseconds; 0: COOP_DEFAULT_SLICE_MS. Not used where there is a factory. */
  double slice_ms;
  /** May be NULL: then slices end by `slice_ms`. */
  coop_predicate_factory_fn predicate_factory;
  /** Required if the factory ever sets coop_slice_limit.ask or hint. */
  coop_predicate_fn predicate;
  /** For the two above and for coop_cooperator_context. */
  void *context;
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
  double busy_ms;         /**< measured where turns were timed one by one, else turns times what they cost of late */
  double longest_turn_ms; /**< of the turns that were timed one by one */
} coop_task_stats;

/**
 * @param host     outlives the cooperator; `reallocate` and `schedule` are required
 * @param options  copied; NULL for the defaults
 * @param[out] out the caller's, to be given to coop_cooperator_destroy
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT (a negative or NaN slice_ms too)
 */
coop_status coop_cooperator_create(const coop_host *host, const coop_cooperator_options *options,
                                   coop_cooperator **out);

/** Stops it and frees it; inside a slice or a stop of its own, once that is over. NULL is allowed. */
void coop_cooperator_destroy(coop_cooperator *cooperator);

void *coop_cooperator_context(const coop_cooperator *cooperator);
void coop_cooperator_set_context(coop_cooperator *cooperator, void *context);

/**
 * Creates a task that is not in the cooperator yet: it has no turn and coop_cooperator_stop does not finish it until
 * coop_task_start puts it into the queue. For a caller that needs the task before its first turn or its end, to ask for
 * coop_task_when_done say.
 *
 * All functions of tasks may be called before the start. coop_task_pause counts; the started task then enters the
 * queue when it is resumed. coop_task_stop finishes the task. coop_task_state reports COOP_STATE_RUNNABLE or
 * COOP_STATE_PAUSED. coop_cooperator_first_task and coop_task_next do not list the task.
 *
 * From here on the iterator belongs to the task, and is closed exactly once. Releasing the last reference to a task
 * that was never started stops it first: its iterator is closed, and its Deferreds fail with COOP_TASK_STOPPED.
 *
 * The cooperator may be stopped or destroyed in between. The memory of a destroyed one is freed when the last such task
 * is started (it then finishes at once), stopped or released; the host has to live as long.
 *
 * @param[out] out one reference, the caller's
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_task_create(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out);

/**
 * Puts a task of coop_task_create at the end of the queue; on a stopped cooperator it finishes at once (S10).
 * The caller keeps its reference. May call back: coop_host.schedule, and where the task finishes, its close function
 * and Deferreds.
 * @return COOP_OK; COOP_INVALID_ARGUMENT if it was started before; COOP_TASK_STOPPED and so on, as coop_task_pause, if
 *         it has finished
 */
coop_status coop_task_start(coop_task *task);

/** coop_task_create and coop_task_start in one.
 * @param[out] out a reference to it, the caller's; may be NULL
 * @return COOP_OK, also on a stopped cooperator, where the task finishes at once (S10); COOP_NO_MEMORY */
coop_status coop_cooperate(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out);

/** coop_cooperate, and `done` is fired with the task's outcome. */
coop_status coop_coiterate(coop_cooperator *cooperator, coop_iterator iterator, coop_deferred *done);

/** Gives slices from now on; after coop_cooperator_stop it makes the cooperator usable again. */
coop_status coop_cooperator_start(coop_cooperator *cooperator);

/** Finishes every task with COOP_SCHEDULER_STOPPED, in the order in which they were added (S10). */
coop_status coop_cooperator_stop(coop_cooperator *cooperator);

/** Started and not stopped. */
bool coop_cooperator_running(const coop_cooperator *cooperator);

/** For the host: the call that was asked for through coop_host.schedule. One that was not asked for, or that
 *  comes inside a slice, does nothing. A task without a step fails with COOP_INVALID_ARGUMENT. */
void coop_cooperator_run_slice(coop_cooperator *cooperator);

/**
 * The same for a host that gives turns itself, those of the tasks that have no step: as JavaScript does, whose code
 * then does not run inside of ours.
 *
 *     for (coop_task *task = coop_cooperator_begin_slice(cooperator); task != NULL;
 *          task = coop_cooperator_end_turn(cooperator, turn_of(task)))
 *       continue;
 *
 * Turns of tasks that have a step are given inside of the two.
 * @return the task whose turn it is for the host to give; NULL when the slice is over, or for a call that was not asked
 *         for or comes inside a slice
 */
coop_task *coop_cooperator_begin_slice(coop_cooperator *cooperator);

/**
 * Tells what the turn came to; goes on with the slice. Where a step did not return but was left by other means (a
 * longjmp, a trap of WebAssembly), this ends its turn all the same; while a step is under way it must not be called.
 * @return as coop_cooperator_begin_slice
 */
coop_task *coop_cooperator_end_turn(coop_cooperator *cooperator, coop_turn turn);

/** The task that has its turn, or NULL; not a new reference. */
coop_task *coop_cooperator_turning(const coop_cooperator *cooperator);

/**
 * S12: the code of the turn that the host runs has left the stack and will go on later, elsewhere: in a microtask, another
 * coroutine. The slice stays open, and no other task has a turn, until coop_cooperator_end_turn.
 */
void coop_cooperator_suspend_turn(coop_cooperator *cooperator);

/** Whether a turn of the task should end: its part of the slice is used up (S12), or it does not have a turn. */
bool coop_task_should_yield(coop_task *task);

/** For a long turn: true if the budget of the slice is used up. Outside a slice: that of the last one. Asks the
 *  termination predicate, too, where that is asked after every turn; not where it is only a hint. */
bool coop_cooperator_should_yield(coop_cooperator *cooperator);

void coop_cooperator_get_stats(const coop_cooperator *cooperator, coop_cooperator_stats *out);

/** The task that was added first of those that have not finished, or NULL; not a new reference. */
coop_task *coop_cooperator_first_task(const coop_cooperator *cooperator);

/** The one that was added next after `task`, which has not finished; NULL after the last. */
coop_task *coop_task_next(const coop_task *task);

coop_task *coop_task_retain(coop_task *task);

/** NULL is allowed. D7: the last reference to a task that failed and was never asked for coop_task_when_done
 *  reports its failure. */
void coop_task_release(coop_task *task);

/**
 * Takes the task out of the queue until as many calls of coop_task_resume.
 * @return COOP_OK, or how the task has finished: COOP_TASK_DONE, COOP_TASK_FAILED, COOP_TASK_STOPPED,
 *         COOP_SCHEDULER_STOPPED
 */
coop_status coop_task_pause(coop_task *task);

/** @return COOP_OK, also for the pauses of a task that was stopped meanwhile; COOP_NOT_PAUSED */
coop_status coop_task_resume(coop_task *task);

/** Finishes the task as stopped. @return as coop_task_pause */
coop_status coop_task_stop(coop_task *task);

/** A task whose turn says, or in this very turn will say, COOP_WAIT goes back to the end of the queue. On any
 *  other task it does nothing. */
void coop_task_wake(coop_task *task);

/**
 * For a step that is about to return COOP_WAIT: wakes the task once `deferred` has a result, which it leaves
 * as it is. The result is there in the next turn: coop_task_awaited. A Deferred that goes without ever having one wakes
 * nobody: the task then waits until it is woken or stopped.
 */
coop_status coop_task_await(coop_task *task, coop_deferred *deferred);

/** The result of the last coop_task_await. Its value belongs to the Deferred. */
coop_result coop_task_awaited(const coop_task *task);

/** For a step: the value with which COOP_DONE finishes the task. NULL if it is never called. The library
 *  passes it to every coop_task_when_done and never frees it. */
void coop_task_set_result(coop_task *task, void *value);

/** For a step: the failure with which COOP_FAILED finishes the task; {COOP_FAILURE, NULL} if never called. One
 *  that comes after the task was stopped in the same turn goes to coop_host.unhandled. */
void coop_task_set_failure(coop_task *task, coop_failure failure);

/** How it stands. */
coop_state coop_task_state(const coop_task *task);

/** COOP_PENDING until it finishes, then its value or failure. */
coop_result coop_task_outcome(const coop_task *task);

/** How many calls of coop_task_resume it would take. */
uint32_t coop_task_pauses(const coop_task *task);

/** The step of its iterator; NULL: the host gives its turns. */
coop_step_fn coop_task_step(const coop_task *task);

/** The state of its iterator. */
void *coop_task_iterator_state(const coop_task *task);

/**
 * A new Deferred, which fires when the task finishes, or at once if it has.
 * @param[out] out one reference, the caller's
 */
coop_status coop_task_when_done(coop_task *task, coop_deferred **out);

/** The embedder takes care of this task's failure by itself: coop_task_release reports nothing. */
void coop_task_handle_failure(coop_task *task);

void coop_task_get_stats(const coop_task *task, coop_task_stats *out);

#ifdef __cplusplus
}
#endif

#endif
