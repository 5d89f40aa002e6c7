#ifndef COOPERATOR_ITERATOR_H
#define COOPERATOR_ITERATOR_H

/**
 * @file iterator.h
 * A step function written as straight code.
 *
 *     struct sum { COOP_ITERATOR; const double *at, *end; double total; coop_deferred *more; };
 *
 *     static coop_turn sum_next(coop_task *task, void *state) {
 *       struct sum *self = state;
 *       COOP_BEGIN(self);
 *       for (; self->at < self->end; self->at++) { self->total += *self->at; COOP_YIELD(self); }
 *       COOP_AWAIT(self, task, self->more = load_more(self));
 *       coop_deferred_release(self->more);
 *       coop_task_set_result(task, &self->total);
 *       COOP_END(self);
 *     }
 *
 * The code between COOP_BEGIN and COOP_END is one `switch` over the line at which it left off (the technique
 * is Simon Tatham's "Coroutines in C"). So:
 * - what is to be kept over a COOP_YIELD or COOP_AWAIT lives in the struct, not in local variables;
 * - the two may stand in loops and conditions, but not inside a `switch` of your own, and one to a line;
 * - the struct is to be zero before the first turn: `struct sum sum = {0}`.
 */

#include "cooperator/cooperator.h"

/** The member that remembers the place. Names no type of yours; put it anywhere in the struct. */
#define COOP_ITERATOR int coop_place

/** The line number that stands for: has reached COOP_END. */
#define COOP_PLACE_END (-1)

#define COOP_BEGIN(self)           \
  switch ((self)->coop_place) {    \
    case 0:

/** Ends this turn; the next one goes on behind it. */
#define COOP_YIELD(self)             \
  do {                               \
    (self)->coop_place = __LINE__;   \
    return COOP_MORE;                \
    case __LINE__:;                  \
  } while (0)

/**
 * Ends this turn; the next one goes on behind it when `deferred`, an expression that is evaluated once, has a
 * result: coop_task_awaited(task), which may be a failure. Makes the task fail if it cannot wait, with
 * COOP_INVALID_ARGUMENT for a NULL. The reference stays the iterator's: keep it in the struct, and release it when
 * the result has been used.
 */
#define COOP_AWAIT(self, task, deferred)                                                        \
  do {                                                                                          \
    (self)->coop_place = __LINE__;                                                              \
    {                                                                                           \
      coop_status coop_await_status = coop_task_await((task), (deferred));                      \
      if (coop_await_status == COOP_NO_MEMORY || coop_await_status == COOP_INVALID_ARGUMENT) {  \
        coop_task_set_failure((task), (coop_failure){.status = coop_await_status, .value = 0}); \
        return COOP_FAILED;                                                                     \
      }                                                                                         \
    }                                                                                           \
    return COOP_WAIT;                                                                           \
    case __LINE__:;                                                                             \
  } while (0)

/** The iterator is exhausted. A further turn says so again. */
#define COOP_END(self)                   \
    (self)->coop_place = COOP_PLACE_END; \
    return COOP_DONE;                    \
    default:;                            \
  }                                      \
  return COOP_DONE

#endif
