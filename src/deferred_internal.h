#ifndef COOPERATOR_DEFERRED_INTERNAL_H
#define COOPERATOR_DEFERRED_INTERNAL_H

/* What tasks need of Deferreds beyond cooperator/deferred.h. */

#include "common.h"
#include "cooperator/deferred.h"

/* The link by which a Deferred is in a list of its owner's, a task. The Deferred itself does not use it. */
coop_deferred **coop__deferred_next_done(coop_deferred *deferred);

/*
 * coop_deferred_fire with a value that its owner keeps: the host's `release` is not called for it. Drops a reference of
 * the caller's, so that the Deferred can settle.
 */
coop_status coop__deferred_fire_borrowed(coop_deferred *deferred, coop_result result);

#endif
