#ifndef COOPERATOR_ITERATOR_H
#define COOPERATOR_ITERATOR_H

/**
 * @file iterator.h
 * Macros to write a step function as straight-line code.
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
 * The code between COOP_BEGIN and COOP_END is one `switch`, which jumps to the line where the last turn ended (Simon
 * Tatham, "Coroutines in C", 2000). Standard C has no other way to resume in the middle of a block. Hence the rules:
 *
 * - The struct must be zero before the first turn: `struct sum sum = {0}`.
 * - Keep in the struct what must survive a COOP_YIELD, COOP_AWAIT or COOP_DELEGATE. Local variables lose their values.
 * - These three may be in loops, conditions and blocks at any depth, but not inside a `switch` of your own: it would
 *   get their case labels. Compilers warn about that unless the `switch` is over a 64-bit integer. In any case the task
 *   fails with COOP_INVALID_ARGUMENT in its next turn, as it does if the struct was not zero. A `switch` without one of
 *   the three in it is fine.
 * - Two of them on one line do not compile, nor does one in the scope of a variable-length array. In C++, nor does one
 *   in the scope of an initialized variable: keep such variables in a block of their own.
 *
 * Only COOP_AWAIT calls the library. A step without it that never uses its task can be a WebAssembly module of its own,
 * as a native step: `return sum_next(NULL, state);`.
 */

#include "cooperator/cooperator.h"

/** The member that stores the place in the code. Put it anywhere in the struct. */
#define COOP_ITERATOR int coop_place

/** The place of an iterator that has reached COOP_END. */
#define COOP_PLACE_END (-1)

/* A case label. Labels need more than 32 bits, so that a compiler warns if a `switch` over less gets them. */
#define COOP_PLACE(line) (0x100000000LL + (line))

#define COOP_BEGIN(self)                    \
  switch (COOP_PLACE((self)->coop_place)) { \
    case COOP_PLACE(0):;

/** Ends this turn. The next turn continues after it. */
#define COOP_YIELD(self)           \
  do {                             \
    (self)->coop_place = __LINE__; \
    return COOP_MORE;              \
    case COOP_PLACE(__LINE__):;    \
  } while (0)

/**
 * Ends this turn. The next turn continues after it once `deferred`, an expression that is evaluated once, has a result,
 * which may be a failure: coop_task_awaited(task). If the task cannot wait, it fails: with COOP_NO_MEMORY, or with
 * COOP_INVALID_ARGUMENT if `deferred` is NULL. The iterator keeps its reference: store it in the struct, and release it
 * when the result has been used.
 */
#define COOP_AWAIT(self, task, deferred)    \
  do {                                      \
    (self)->coop_place = __LINE__;          \
    return coop__await((task), (deferred)); \
    case COOP_PLACE(__LINE__):;             \
  } while (0)

/**
 * Runs another iterator to its end as part of this one. Each turn of this iterator is one turn of `step`, a
 * coop_step_fn, which is called with `task` and `inner`, its state; both expressions are evaluated in each turn. What
 * the step returns ends the turn, except COOP_DONE: after that this turn continues after COOP_DELEGATE. If the step
 * sets a result, that is the result of the task unless another is set later. To run the same inner iterator again, set
 * its coop_place to 0.
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

/* clang-format off */

/** The iterator is exhausted. Further turns return COOP_DONE again. */
#define COOP_END(self)                                                       \
    (self)->coop_place = COOP_PLACE_END;                                     \
    return COOP_DONE;                                                        \
    case COOP_PLACE(COOP_PLACE_END):                                         \
      return COOP_DONE;                                                      \
    default: /* the place is another switch's, or the struct was not zero */ \
      break;                                                                 \
  }                                                                          \
  return COOP_INVALID_TURN

/* clang-format on */

#ifdef __cplusplus
extern "C" {
#endif

/* For COOP_AWAIT. Returns COOP_WAIT also if the task was stopped in this turn: it is not waiting then, but finished. */
static inline coop_turn coop__await(coop_task *task, coop_deferred *deferred) {
  const coop_status status = coop_task_await(task, deferred);
  if (status != COOP_NO_MEMORY && status != COOP_INVALID_ARGUMENT) return COOP_WAIT;
  const coop_failure failure = {status, NULL};
  coop_task_set_failure(task, failure);
  return COOP_FAILED;
}

#ifdef __cplusplus
}
#endif

#endif
