#ifndef COOPERATOR_DEFERRED_H
#define COOPERATOR_DEFERRED_H

/**
 * @file deferred.h
 * Results that are not available yet, and callbacks for them: Twisted's Deferred.
 *
 * A Deferred is a chain of pairs, each of a callback and an errback. Firing it sends a result down the chain: a value
 * goes to the next callback, a failure to the next errback, and what that function returns goes on to the next pair. A
 * callback that returns coop_wait_for(other) holds the chain until the other Deferred has a result, which becomes the
 * result of this one. Chains of any length run in a loop: the C stack does not grow with them.
 *
 * Ownership. Deferreds are reference-counted. coop_deferred_create gives the caller one reference, which is released
 * with coop_deferred_release. References follow the flow of results: a Deferred keeps alive those that wait for it or
 * are chained to it, and not the other way round. So the code that will fire a Deferred must hold a reference. A
 * Deferred that is destroyed before it fires releases everything behind it.
 *
 * Values. A value has one owner at a time. Firing passes it to the Deferred; a callback receives it, and returns
 * another. A value that nothing takes is passed to coop_host.release.
 *
 * Circles. Deferreds that wait for each other in a circle fail (D3). Deferreds that are chained (coop_deferred_chain)
 * in a circle never fire, and are never freed.
 *
 * Reentrancy. Every function may be called from inside a callback, an observer, a canceller, a drop function and the
 * functions of a clock, which may also release the last reference to their own Deferred. host.h lists what functions of
 * the host may call.
 *
 * NULL. Unless noted, functions that return coop_status return COOP_INVALID_ARGUMENT for NULL. Never pass NULL to the
 * others.
 */

#include "cooperator/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Called by coop_deferred_cancel. May fire the Deferred, which otherwise fails with COOP_CANCELLED. */
typedef void (*coop_canceller_fn)(void *context, coop_deferred *deferred);

/** Gets the result so far, and returns the next one: a value, a failure, or coop_wait_for(deferred). */
typedef coop_result (*coop_callback_fn)(void *context, coop_result result);

/** Sees a result without changing it. Returns whether it has handled a failure (D7); ignored for a value. */
typedef bool (*coop_observer_fn)(void *context, coop_deferred *deferred, coop_result result);

/** The pair or observer with this context will not be called. Frees the context. */
typedef void (*coop_drop_fn)(void *context);

/** One pair of a chain. At least one of `callback` and `errback` is required; results pass by the missing one. */
typedef struct coop_callbacks {
  coop_callback_fn callback; /**< for a value */
  coop_callback_fn errback;  /**< for a failure */
  coop_drop_fn drop;         /**< called if neither of the two will be; may be NULL */
  void *context;
} coop_callbacks;

/** A running timeout, from coop_clock.call_later to coop_timeout_fire or coop_clock.cancel. */
typedef struct coop_timeout coop_timeout;

/** Timers for coop_deferred_add_timeout. */
typedef struct coop_clock {
  void *context;
  /** Calls coop_timeout_fire(timeout) after `delay_ms`. Any status but COOP_OK means that the call will not come. */
  coop_status (*call_later)(void *context, double delay_ms, coop_timeout *timeout);
  /** Cancels the call: `timeout` is freed when this returns. May be NULL only if the clock never makes the call. */
  void (*cancel)(void *context, coop_timeout *timeout);
} coop_clock;

/**
 * Creates a Deferred without a result.
 * @param host       must outlive the Deferred; only its allocator, `unhandled`, `release` and `settled` are used
 * @param canceller  called by coop_deferred_cancel, at most once and only before the Deferred fires; may be NULL
 * @param context    passed to the canceller; see also coop_deferred_context
 * @param[out] out   one reference, owned by the caller
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_deferred_create(const coop_host *host, coop_canceller_fn canceller, void *context,
                                 coop_deferred **out);

/** Creates a Deferred that is settled with `settlement`, for example one that coop_host.settled has taken over. */
coop_status coop_deferred_restore(const coop_host *host, const coop_settlement *settlement, void *context,
                                  coop_deferred **out);

/** Adds a reference. Returns its argument. */
coop_deferred *coop_deferred_retain(coop_deferred *deferred);

/**
 * Releases a reference; the last one destroys the Deferred. NULL is allowed. May call coop_host.unhandled and drop
 * functions.
 */
void coop_deferred_release(coop_deferred *deferred);

void *coop_deferred_context(const coop_deferred *deferred);
void coop_deferred_set_context(coop_deferred *deferred, void *context);

/** Whether it was fired or cancelled, even if its chain is paused or waits. */
bool coop_deferred_called(const coop_deferred *deferred);

/** The current result; COOP_PENDING before it fires and while it waits for another. The Deferred keeps the value. */
coop_result coop_deferred_result(const coop_deferred *deferred);

/**
 * Fires with a value, a failure, or (D3) the result of another Deferred: coop_wait_for(other). Runs the chain. If there
 * is no memory to wait for the other one, the Deferred fails with COOP_NO_MEMORY.
 * @return COOP_OK, also for the one late firing that is ignored after a cancellation (D2); COOP_ALREADY_CALLED: the
 *         caller keeps the value
 */
coop_status coop_deferred_fire(coop_deferred *deferred, coop_result result);

/** coop_deferred_fire with a value. */
coop_status coop_deferred_callback(coop_deferred *deferred, void *value);

/** coop_deferred_fire with a failure. COOP_INVALID_ARGUMENT if its status is COOP_OK or COOP_PENDING. */
coop_status coop_deferred_errback(coop_deferred *deferred, coop_failure failure);

/** Stands for the result that `other` has or will have. Callbacks may return it, and coop_deferred_fire accepts it. */
coop_result coop_wait_for(coop_deferred *other);

/**
 * Adds a pair to the end of the chain. Runs it at once if there is a result.
 * @return COOP_OK; COOP_NO_MEMORY: nothing was added, and `drop` is not called
 */
coop_status coop_deferred_add_callbacks(coop_deferred *deferred, const coop_callbacks *callbacks);

/** Adds an observer to the end of the chain: it sees the result at this place, and does not change it. */
coop_status coop_deferred_observe(coop_deferred *deferred, coop_observer_fn observer, coop_drop_fn drop, void *context);

/**
 * Removes the first observer with this function and this context that has not seen a result. Its `drop` is not called.
 * Takes longer the more links are before it in the chain.
 * @return whether there was one
 */
bool coop_deferred_unobserve(coop_deferred *deferred, coop_observer_fn observer, const void *context);

/**
 * Passes the result at this place of the chain on to `target`, by firing it. This chain continues with the value NULL;
 * with COOP_ALREADY_CALLED if the target had already fired.
 * @return COOP_OK, COOP_NO_MEMORY; COOP_CIRCULAR if the two are the same
 */
coop_status coop_deferred_chain(coop_deferred *deferred, coop_deferred *target);

/** Holds the chain until coop_deferred_unpause was called as many times; inside a callback, after that callback. */
coop_status coop_deferred_pause(coop_deferred *deferred);

/** Takes back one pause. @return COOP_OK, COOP_NOT_PAUSED */
coop_status coop_deferred_unpause(coop_deferred *deferred);

/**
 * If the Deferred has not fired, calls the canceller and then, unless that has fired it, makes it fail with
 * COOP_CANCELLED. If it waits for another one, cancels that one. Otherwise does nothing.
 */
coop_status coop_deferred_cancel(coop_deferred *deferred);

/** coop_deferred_cancel with a value for the COOP_CANCELLED failure, which is released if there is no such failure. */
coop_status coop_deferred_cancel_with(coop_deferred *deferred, void *value);

/**
 * Cancels the Deferred after `delay_ms`, unless a result has passed this place of the chain by then. A COOP_CANCELLED
 * that arrives here for that reason becomes COOP_TIMED_OUT.
 * @param delay_ms  0 or more, finite
 * @param clock     copied; what its context points to must outlive the timeout
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT; any status of coop_clock.call_later
 */
coop_status coop_deferred_add_timeout(coop_deferred *deferred, double delay_ms, const coop_clock *clock);

/**
 * For the clock: the delay of `timeout` is over. Must be called once for each coop_clock.call_later that was not
 * cancelled.
 * @param value  the value of the COOP_TIMED_OUT failure, released if there is no such failure; may be NULL
 */
void coop_timeout_fire(coop_timeout *timeout, void *value);

#ifdef __cplusplus
}
#endif

#endif
