#ifndef COOPERATOR_DEFERRED_H
#define COOPERATOR_DEFERRED_H

/**
 * @file deferred.h
 * A result that is not there yet, and what is to be done with it: Twisted's Deferred.
 *
 * A Deferred is a chain of pairs of a callback and an errback. Firing it sends its result down the chain:
 * a value goes to the next callback, a failure to the next errback, and what that one returns goes on to
 * the next pair. A callback that returns coop_wait_for(other) holds the chain until the other Deferred has a
 * result, which the chain takes over. Chains of any length run in a loop: the C stack does not deepen.
 *
 * Ownership. A Deferred counts its references: coop_deferred_create gives one to the caller, who drops it
 * with coop_deferred_release. References follow the flow of the result: a Deferred keeps alive those that
 * wait for it or are chained behind it, and not the other way round. Whoever is to fire a Deferred therefore
 * keeps a reference; one that is destroyed unfired lets go of all that is behind it. Every function may be
 * called from within a callback, and a callback may drop the last reference to its own Deferred.
 *
 * Values. A value belongs to one place at a time: firing hands it to the Deferred, a callback gets it and
 * hands back another. A value that nobody takes is given to the host's `release`.
 *
 * Deferreds that wait for one another in a circle fail (D3). Some that are *chained* behind one another in a
 * circle never fire, and are not freed.
 *
 * Functions that answer a status answer COOP_INVALID_ARGUMENT to a NULL, except where it is said; to others none may
 * be given, except where it is said.
 */

#include "cooperator/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Called by coop_deferred_cancel; may fire the Deferred, which otherwise fails with COOP_CANCELLED. */
typedef void (*coop_canceller_fn)(void *context, coop_deferred *deferred);

/** Gets the result so far and returns the next one: a value, a failure, or coop_wait_for(deferred). */
typedef coop_result (*coop_callback_fn)(void *context, coop_result result);

/** Looks at a result without changing it; true if it has taken care of a failure (D7). */
typedef bool (*coop_observer_fn)(void *context, coop_deferred *deferred, coop_result result);

/** The pair, or the observer, that `context` was for will not be called; frees the context. */
typedef void (*coop_drop_fn)(void *context);

/** One link of a chain. At least one of callback and errback; the one that is NULL lets results pass. */
typedef struct coop_callbacks {
  coop_callback_fn callback; /**< for a value */
  coop_callback_fn errback;  /**< for a failure */
  coop_drop_fn drop;         /**< called instead, when neither of the two will be; may be NULL */
  void *context;
} coop_callbacks;

/** A running timeout, between coop_clock.call_later and coop_timeout_fire or coop_clock.cancel. */
typedef struct coop_timeout coop_timeout;

/** Timers, for coop_deferred_add_timeout. */
typedef struct coop_clock {
  void *context;
  /** Asks for coop_timeout_fire(timeout) in `delay_ms`; an answer but COOP_OK means that it will not come. */
  coop_status (*call_later)(void *context, double delay_ms, coop_timeout *timeout);
  /** The call is not needed any more and must not come: `timeout` is gone. Not NULL, then. */
  void (*cancel)(void *context, coop_timeout *timeout);
} coop_clock;

/**
 * A new Deferred without a result.
 * @param host       outlives the Deferred; only its allocator and the D7 hooks are used
 * @param canceller  what coop_deferred_cancel calls, at most once and before it has fired; may be NULL
 * @param context    for the canceller, and for the host: coop_deferred_context
 * @param[out] out   one reference, the caller's
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_deferred_create(const coop_host *host, coop_canceller_fn canceller, void *context,
                                 coop_deferred **out);

/** A Deferred that has come to rest with `settlement`: already fired, or taken over in coop_host.settled. */
coop_status coop_deferred_restore(const coop_host *host, const coop_settlement *settlement, void *context,
                                  coop_deferred **out);

/** One more reference; returns its argument. */
coop_deferred *coop_deferred_retain(coop_deferred *deferred);

/** One reference less; the last one destroys it. NULL is allowed. May call the D7 hook and drop functions. */
void coop_deferred_release(coop_deferred *deferred);

void *coop_deferred_context(const coop_deferred *deferred);
void coop_deferred_set_context(coop_deferred *deferred, void *context);

/** True once it has been fired or cancelled, even while its chain is paused or waits. */
bool coop_deferred_called(const coop_deferred *deferred);

/** The result as it stands; COOP_PENDING before it fires and while it waits for another. The value stays. */
coop_result coop_deferred_result(const coop_deferred *deferred);

/**
 * Fires with a value, with a failure, or (D3) with the result of another: see coop_wait_for. Runs the chain.
 * Where memory to wait for the other is not to be had, it has fired, and fails with COOP_NO_MEMORY.
 * @return COOP_OK, also for the late firing that D2 swallows; COOP_ALREADY_CALLED: the value stays the caller's
 */
coop_status coop_deferred_fire(coop_deferred *deferred, coop_result result);

/** coop_deferred_fire with a value. */
coop_status coop_deferred_callback(coop_deferred *deferred, void *value);

/** coop_deferred_fire with a failure; COOP_INVALID_ARGUMENT if its status is COOP_OK or COOP_PENDING. */
coop_status coop_deferred_errback(coop_deferred *deferred, coop_failure failure);

/** The result by which a callback, or a firing, says: take over the result of `other` once it is there. */
coop_result coop_wait_for(coop_deferred *other);

/**
 * Adds a pair at the end of the chain; runs it at once where the result is there.
 * @return COOP_OK, COOP_NO_MEMORY (nothing was added, and `drop` is not called)
 */
coop_status coop_deferred_add_callbacks(coop_deferred *deferred, const coop_callbacks *callbacks);

/** Adds an observer of the result at this place of the chain, which it leaves as it is. */
coop_status coop_deferred_observe(coop_deferred *deferred, coop_observer_fn observer, coop_drop_fn drop, void *context);

/**
 * Hands the result at this place of the chain on to `target`, by firing it; the chain goes on with nothing,
 * or with COOP_ALREADY_CALLED if the target had been fired.
 * @return COOP_OK, COOP_NO_MEMORY, COOP_CIRCULAR if the two are the same
 */
coop_status coop_deferred_chain(coop_deferred *deferred, coop_deferred *target);

/** Holds the chain until as many calls of coop_deferred_unpause; from inside a callback, after that one. */
coop_status coop_deferred_pause(coop_deferred *deferred);

/** @return COOP_OK, COOP_NOT_PAUSED */
coop_status coop_deferred_unpause(coop_deferred *deferred);

/**
 * Not fired yet: calls the canceller, then fails with COOP_CANCELLED unless that has fired it. Waiting for
 * another: cancels that one. Else does nothing.
 */
coop_status coop_deferred_cancel(coop_deferred *deferred);

/** coop_deferred_cancel with a value to stand beside COOP_CANCELLED; released where it comes to no failure. */
coop_status coop_deferred_cancel_with(coop_deferred *deferred, void *value);

/**
 * Cancels after `delay_ms`, unless the chain has come past this place by then; a COOP_CANCELLED that arrives
 * here for that reason becomes COOP_TIMED_OUT.
 * @param delay_ms  0 or more, finite
 * @param clock     copied; what its context points to outlives the timeout
 */
coop_status coop_deferred_add_timeout(coop_deferred *deferred, double delay_ms, const coop_clock *clock);

/**
 * For the clock: the time of `timeout` is over. Once for each coop_clock.call_later that was not cancelled.
 * @param value  to stand beside COOP_TIMED_OUT; released where it comes to no failure; may be NULL
 */
void coop_timeout_fire(coop_timeout *timeout, void *value);

#ifdef __cplusplus
}
#endif

#endif
