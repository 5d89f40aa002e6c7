#ifndef COOPERATOR_NESTING_H
#define COOPERATOR_NESTING_H

/*
 * Calls that may nest without end. A callback may fire another Deferred, and a close function may stop another task,
 * whose callbacks do the same, and so on: a lock that 50,000 tasks wait for is released by each of them to the next.
 *
 * Up to COOP__NESTED_MAX such calls nest, so that what a caller fires has run when the call returns. A call that would
 * be nested deeper goes to the end of a queue, and runs when the deepest one has returned. So the C stack stays flat
 * (D5), and no end is lost (S8).
 *
 * Invariant: the queue is empty unless `depth` is COOP__NESTED_MAX. The call that has this depth empties it.
 */

#include "common.h"

enum { COOP__NESTED_MAX = 32 };

/* A call that can wait in the queue, as a member of what it is about. */
struct coop__call {
  coop__call *next;
  void (*run)(coop__call *call); /* NULL: it is not in the queue */
};

/* Calls run(call), now or from the queue. `call` must not be in the queue, and may be freed by `run`. */
void coop__nest(const coop_host *host, coop__call *call, void (*run)(coop__call *call));

#endif
