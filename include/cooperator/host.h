#ifndef COOPERATOR_HOST_H
#define COOPERATOR_HOST_H

/**
 * @file host.h
 * The host: one table of functions through which the library uses the program that embeds it.
 *
 * The library has no global state, reads no clock, allocates no memory and prints nothing, except through this table. A
 * table is passed to coop_cooperator_create and coop_deferred_create. It is not copied: it must outlive everything that
 * was created with it. A program may use several tables.
 *
 * The library is single-threaded: objects that were created with one table must be used by one thread at a time.
 *
 * Reentrancy. What the functions of the table may call back:
 * - `schedule`, `unhandled` and `release`: everything, as steps, close functions and callbacks may.
 * - `cancel`, `settled` and `long_turn`: queries only. Queries are the functions that get their object as a pointer to
 *   const, such as coop_task_state, coop_wait_for, and the functions of status.h.
 * - `allocate`, `free` and `now_ms`: nothing.
 *
 * stdhost.h has a ready-made host for programs that need nothing special.
 */

#include <stdbool.h>
#include <stddef.h>

#include "cooperator/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct coop_cooperator coop_cooperator;
typedef struct coop_task coop_task;
typedef struct coop_deferred coop_deferred;

/**
 * The outcome of an operation: a value (status COOP_OK), a failure (any other status but COOP_PENDING), or none yet
 * (COOP_PENDING). A callback of a Deferred that returns COOP_PENDING names in `value` the coop_deferred to wait for:
 * see coop_wait_for.
 *
 * `value` is opaque to the library, which passes it on and never dereferences it.
 */
typedef struct coop_result {
  coop_status status;
  void *value;
} coop_result;

/** A coop_result that is a failure. With COOP_FAILURE, `value` is the program's own error. */
typedef coop_result coop_failure;

/** The state of a settled Deferred; see coop_host.settled. */
typedef struct coop_settlement {
  coop_result result;
  bool handled;       /**< the result is a failure that an observer has handled (D7) */
  bool swallows_late; /**< it was cancelled without a canceller: one late firing is ignored (D2) */
} coop_settlement;

typedef struct coop__call coop__call;

/**
 * Callbacks and close functions that are on the C stack, of all Deferreds and tasks of a host, and those that wait for
 * them to return; see coop_host.nesting. Initialize it with zeros; its members are private.
 */
typedef struct coop_nesting {
  coop__call *first, *last;
  unsigned depth;
} coop_nesting;

typedef struct coop_host {
  /** Passed to every function of the table. */
  void *context;

  /**
   * Allocates `size` bytes (never 0), aligned for any object. Returns NULL if there is no memory: the call that needed
   * it then returns COOP_NO_MEMORY. Must not call back into the library. Required.
   */
  void *(*allocate)(void *context, size_t size);

  /**
   * Frees a block of `allocate`. `memory` is never NULL, and `size` is the size that was requested. Must not call back
   * into the library. Required.
   */
  void (*free)(void *context, void *memory, size_t size);

  /**
   * The time in milliseconds since any fixed moment. The clock may stand still for a while, and jump; the coarser it
   * is, the later a time slice ends. Must not call back into the library. NULL: there is no clock. Then a slice ends by
   * its number of turns, by its predicate, or when no task is runnable, and all durations in statistics are 0.
   */
  double (*now_ms)(void *context);

  /**
   * Requests one slice: the host calls coop_cooperator_run_slice(cooperator) once, later or (S5) at once. Never called
   * again while a request is pending. May call back into the library. Required for a cooperator.
   * @return COOP_OK; any other status if the slice will not come. The cooperator does not report that, and requests a
   *         slice again at the next occasion, such as a new task.
   */
  coop_status (*schedule)(void *context, coop_cooperator *cooperator);

  /**
   * Cancels the pending request. Called while a task changes its state: may only query. NULL: the host cannot cancel.
   * It then calls coop_cooperator_run_slice anyway, which does nothing, but not once the cooperator is destroyed.
   */
  void (*cancel)(void *context, coop_cooperator *cooperator);

  /**
   * A failure that nothing can handle any more (D7): the last reference to its Deferred or task was released. Called
   * once for each failure. `failure.value` is valid until the function returns. May call back into the library. NULL:
   * such failures are lost.
   */
  void (*unhandled)(void *context, coop_failure failure);

  /**
   * Releases a value that a Deferred held and that nothing will use any more: a result that is left when its Deferred
   * is destroyed, or the value of an ignored late firing. Never called for the result of a task, nor for NULL. May call
   * back into the library. NULL: values need no release.
   */
  void (*release)(void *context, void *value);

  /**
   * A Deferred is settled: it has fired, every callback has run, it is neither paused nor waiting, no other Deferred is
   * chained to it, and its only reference is its owner's. Called at the end of every operation that leaves it like
   * this, unless its value belongs to somebody else: to a task (coop_task_set_result), or to a Deferred that it waits
   * for on behalf of a task (sync.h).
   *
   * A host that keeps results in objects of its own returns true to take the result over. The Deferred is then left
   * with the value NULL; the host may release its reference inside this call, and recreate the Deferred later with
   * coop_deferred_restore. May only query otherwise. NULL: results stay in their Deferreds.
   */
  bool (*settled)(void *context, coop_deferred *deferred, const coop_settlement *settlement);

  /**
   * A turn was longer than any before it in this cooperator, or longer than the time limit of its slice
   * (COOP_DEFAULT_SLICE_MS if there is none). `task` had that turn, or is NULL if turns of several tasks were timed
   * together. Called between turns; may only query. May be NULL.
   */
  void (*long_turn)(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms);

  /**
   * Bounds the C stack where callbacks fire Deferreds whose callbacks fire further ones, and where close functions stop
   * tasks: of such calls 32 are nested. What would be nested deeper waits in a queue, and runs when the innermost call
   * has returned. NULL: the calls nest without limit. Otherwise it must live as long as the host; hosts of one thread
   * may share it.
   */
  coop_nesting *nesting;
} coop_host;

#ifdef __cplusplus
}
#endif

#endif
