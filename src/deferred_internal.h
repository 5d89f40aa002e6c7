#ifndef COOPERATOR_DEFERRED_INTERNAL_H
#define COOPERATOR_DEFERRED_INTERNAL_H

/* What tasks need of Deferreds beyond cooperator/deferred.h. */

#include "cooperator/deferred.h"
#include "nesting.h"

/* The next Deferred in the list of a task. For the task alone: the Deferred itself does not use it. */
coop_deferred **coop__deferred_next_done(coop_deferred *deferred);

/*
 * coop_deferred_fire with a value that stays with its owner: the host's `release` is not called for it. Drops one of
 * the caller's references, so that the Deferred can settle.
 */
coop_status coop__deferred_fire_borrowed(coop_deferred *deferred, coop_result result);

/*
 * Moves the first observer with this function and this context, which has not seen a result, to the end of the chain.
 * Returns whether there is one. Takes longer the more links are before it.
 */
bool coop__deferred_observe_last(coop_deferred *deferred, coop_observer_fn observer, const void *context);

#endif
