#ifndef COOPERATOR_HOST_H
#define COOPERATOR_HOST_H

/**
 * @file host.h
 * What the library asks of the program that embeds it: one table of hooks.
 *
 * The library has no state of its own, reads no clock, allocates nothing and prints nothing except through
 * this table. A table is handed to coop_cooperator_create and coop_deferred_create; it is not copied and has
 * to outlive everything that was made with it. Several tables may be in use at a time.
 *
 * The library is single-threaded: objects made with one table are to be used by one thread at a time.
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
 * The outcome of something: a value (status COOP_OK), a failure (any other status but COOP_PENDING), or,
 * with COOP_PENDING, none yet; a Deferred's callback that returns COOP_PENDING names in `value` the
 * coop_deferred whose result is to be waited for.
 *
 * `value` is opaque to the library: it is passed on and never followed.
 */
typedef struct coop_result {
  coop_status status;
  void *value;
} coop_result;

/** A coop_result that is a failure. `value` tells more where the status is COOP_FAILURE. */
typedef coop_result coop_failure;

/** A Deferred whose chain has run as far as it goes; see coop_host.settled. */
typedef struct coop_settlement {
  coop_result result;
  bool handled;       /**< a failure that an observer has taken notice of */
  bool swallows_late; /**< it was cancelled without a canceller: one late firing is to be swallowed (D2) */
} coop_settlement;

typedef struct coop_host {
  /** Passed to every hook as it is. */
  void *context;

  /**
   * Allocates `size` bytes (never 0), aligned for any object. NULL means that there is no memory: the call that needed
   * it returns COOP_NO_MEMORY. Must not call back into the library. Required.
   */
  void *(*allocate)(void *context, size_t size);

  /**
   * Frees a block of `allocate`; `memory` is never NULL, and `size` is the size that was requested. Must not call back
   * into the library. Required.
   */
  void (*free)(void *context, void *memory, size_t size);

  /**
   * The time in milliseconds since any fixed moment. A clock that stands still for a while or that jumps is
   * survived; the coarser it is, the later a time slice ends. Must not call back. NULL: there is no clock;
   * then a slice ends by its number of turns, by its predicate, or when no task is runnable, and the
   * statistics of time stay at zero.
   */
  double (*now_ms)(void *context);

  /**
   * Asks for one call of coop_cooperator_run_slice(cooperator), later or (S5) at once. Never called while
   * one is pending. An answer other than COOP_OK means that no call will come (it is the host's to report
   * why): the cooperator asks again at the next occasion. Required for a cooperator.
   */
  coop_status (*schedule)(void *context, coop_cooperator *cooperator);

  /**
   * The pending call is not needed any more. A call that comes all the same does no harm. Called while
   * tasks are being removed: must not call back. NULL: the host lets it come; but not once the cooperator was
   * destroyed, so that such a host then forgets the pointer.
   */
  void (*cancel)(void *context, coop_cooperator *cooperator);

  /**
   * D7: a failure that nobody can handle any more, because the last reference to its Deferred or task is
   * gone. Called once for each. `failure.value` is the program's until the hook returns. May call back.
   * NULL: such failures are lost.
   */
  void (*unhandled)(void *context, coop_failure failure);

  /**
   * A value which a Deferred held and which nobody will take any more: a result that is still there when
   * its Deferred is destroyed, or a late firing that is swallowed. Never called for a task's result, nor
   * for a NULL value. NULL: values need no care.
   */
  void (*release)(void *context, void *value);

  /**
   * A Deferred has come to rest: it has fired, every callback has run, it is neither paused nor waiting, and
   * no other one is chained to it; it has one reference, its owner's. The call comes at the end of every
   * operation on it that leaves it so. A host that keeps results in objects of
   * its own returns true to take the result over; the Deferred is then left with nothing, and may be
   * released there and made again with coop_deferred_restore. Must not call back otherwise.
   * NULL: results stay where they are.
   */
  bool (*settled)(void *context, coop_deferred *deferred, const coop_settlement *settlement);

  /**
   * A turn took longer than any before it in this cooperator, or longer than the slice was to last:
   * `duration_ms`. `task` is the one that had it, NULL where several short turns were timed together. Called
   * between turns; must not call back. NULL: nobody wants to know.
   */
  void (*long_turn)(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms);
} coop_host;

#ifdef __cplusplus
}
#endif

#endif
