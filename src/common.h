#ifndef COOPERATOR_COMMON_H
#define COOPERATOR_COMMON_H

/*
 * What every file of the core may use: memory from the host, and attributes for the hot path.
 *
 * Layers of src/, from the top. A file includes and calls only what is below it.
 *
 *     waits.c         other waits of tasks; a program that does not use it does not contain it
 *     cooperator.c    slices and turns; start and stop of a cooperator
 *     task.c          a task from its creation to its end
 *     queue.c         the lists of tasks, and the slice that is requested from the host
 *     deferred.c      chains of callbacks; knows no task        (task.c uses it)
 *     nesting.c       calls that nest too deeply; knows neither (task.c and deferred.c use it)
 *     meter.c         when a time slice is over; knows no task  (cooperator.c uses it)
 *     status.c        names and messages
 *
 * sync.c, semaphores and queues, uses only the public functions of deferred.c. No other file uses it.
 *
 * Names that begin with coop__ are used by several files of src/ and by no one else; everything else is static.
 */

#include "cooperator/host.h"

/* -ffast-math, /fp:fast, or a part of them. */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(_M_FP_FAST)
#error \
    "cooperator cannot be compiled with -ffast-math, because its time limits use infinity and NaN: add -fno-fast-math"
#endif

#if defined(__GNUC__)
#define COOP__INLINE inline __attribute__((always_inline))
#define COOP__NOINLINE __attribute__((noinline))
#else
#define COOP__INLINE inline
#define COOP__NOINLINE
#endif

/*
 * The host whose functions are called. The package's core has only one, whose name is COOP__HOST: the compiler calls its
 * functions directly then, and inlines them.
 */
#ifdef COOP__HOST
extern const coop_host COOP__HOST;
static inline const coop_host *coop__known(const coop_host *host) {
  (void)host;
  return &COOP__HOST;
}
#else
static inline const coop_host *coop__known(const coop_host *host) { return host; }
#endif

static inline void *coop__allocate(const coop_host *host, size_t size) {
  host = coop__known(host);
  return host->allocate(host->context, size);
}

static inline void coop__free(const coop_host *host, void *memory, size_t size) {
  host = coop__known(host);
  host->free(host->context, memory, size);
}

#endif
