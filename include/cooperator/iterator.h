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
 * is Simon Tatham's "Coroutines in C"): in C11 nothing else goes on in the middle of a block that was left. The
 * addresses of labels are an extension of compilers, longjmp cannot return to a call that is over, and a function
 * for each piece would be for the author to cut out. So:
 * - what is to be kept over a COOP_YIELD, COOP_AWAIT or COOP_DELEGATE lives in the struct, not in local variables,
 *   whose values are gone;
 * - the three may stand in loops, conditions and blocks, at any depth;
 * - they may not stand inside a `switch` of your own, which would get their places. Compilers warn of that where the
 *   switch is over anything but a 64-bit integer; in any case the task fails with COOP_INVALID_ARGUMENT in the next
 *   turn, and so does one whose struct was not zero at first. A `switch` without one of the three in it is fine;
 * - no array of variable length may be alive at one of them, and there is one to a line: both are errors to compilers;
 * - the struct is to be zero before the first turn: `struct sum sum = {0}`.
 *
 * Of the library COOP_AWAIT alone calls functions: a step that does without it, and is never given a task, can be
 * a WebAssembly module of its own, a native step (`return sum_next(NULL, state);`).
 */

#include "cooperator/cooperator.h"

/** The member that remembers the place. Names no type of yours; put it anywhere in the struct. */
#define COOP_ITERATOR int coop_place

/** The line number that stands for: has reached COOP_END. */
#define COOP_PLACE_END (-1)

/* Places need more than 32 bits: in a switch over less they are out of range, and the compiler says so. */
#define COOP_PLACE(line) (0x100000000LL + (line))

#define COOP_BEGIN(self)                    \
  switch (COOP_PLACE((self)->coop_place)) { \
    case COOP_PLACE(0):;

/** Ends this turn; the next one goes on behind it. */
#define COOP_YIELD(self)           \
  do {                             \
    (self)->coop_place = __LINE__; \
    return COOP_MORE;              \
    case COOP_PLACE(__LINE__):;    \
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
    case COOP_PLACE(__LINE__):;                                                                 \
  } while (0)

/**
 * Goes through another iterator to its end, as if its turns were turns of this one: what it says ends this turn, its
 * COOP_FAILED fails the task; after its COOP_DONE this turn goes on behind here. `step` is a coop_step_fn and gets
 * `task`; both `step` and `inner`, its state, are evaluated anew at each of its turns. A result that it sets is the
 * task's unless another is set later; its own place is to be 0 whenever it is to begin from the beginning.
 */
#define COOP_DELEGATE(self, task, step, inner)                        \
  do {                                                                \
    (self)->coop_place = __LINE__;                                    \
    if (0) {                                                          \
      case COOP_PLACE(__LINE__):;                                     \
    }                                                                 \
    {                                                                 \
      const coop_turn coop_delegate_turn = (step)((task), (inner));   \
      if (coop_delegate_turn != COOP_DONE) return coop_delegate_turn; \
    }                                                                 \
  } while (0)

/** The iterator is exhausted. A further turn says so again. */
#define COOP_END(self)                                            \
  (self)->coop_place = COOP_PLACE_END;                            \
  return COOP_DONE;                                               \
  case COOP_PLACE(COOP_PLACE_END):                                \
    return COOP_DONE;                                             \
  default: /* a place that is none of this switch's: see above */ \
    break;                                                        \
    }                                                             \
    return (coop_turn)-1

#endif
