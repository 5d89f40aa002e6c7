#ifndef COOPERATOR_STDHOST_H
#define COOPERATOR_STDHOST_H

/**
 * @file stdhost.h
 * A ready-made host for programs without an event loop of their own, or with a simple one: memory from malloc, a
 * monotonic clock, timers, and a list of the cooperators that have requested a slice. Optional: link
 * cooperator::stdhost.
 *
 *     coop_stdhost host;
 *     coop_stdhost_init(&host);
 *     coop_cooperator *cooperator;
 *     if (coop_cooperator_create(&host.hooks, NULL, &cooperator) == COOP_OK) {
 *       coop_cooperate(cooperator, iterator, NULL);
 *       coop_stdhost_run(&host);
 *       coop_cooperator_destroy(cooperator);
 *     }
 *     coop_stdhost_destroy(&host);
 *
 * A program with a loop of its own calls coop_stdhost_run_once in each round, and sleeps no longer than
 * coop_stdhost_delay_ms.
 *
 * A host serves any number of cooperators, which have slices in the order of their requests. Only the host begins
 * slices: do not call coop_cooperator_run_slice or coop_cooperator_begin_slice. A cooperator may be destroyed at any
 * time, also while its slice is pending or inside a slice.
 *
 * Threads. Nothing here is thread-safe. A host, its cooperators, and their tasks and Deferreds must be used by one
 * thread at a time. Different hosts are independent, so each thread can have its own.
 */

#include "cooperator/cooperator.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How many pending slices need no memory. */
#define COOP_STDHOST_SLOTS 8

typedef struct coop__timer coop__timer;

typedef struct coop_stdhost {
  /**
   * For coop_cooperator_create and coop_deferred_create. `unhandled`, `release`, `settled` and `long_turn` are NULL:
   * set those that you need right after coop_stdhost_init, which is also the time to replace another function. Without
   * `unhandled`, failures that nothing handles are lost.
   */
  coop_host hooks;

  /**
   * Timers, for coop_deferred_add_timeout, coop_task_sleep and coop_task_await_until. They fire inside
   * coop_stdhost_run_once and coop_stdhost_run, those that are due in the order of their times. Cancelling one takes
   * longer the more are running. They need `hooks.now_ms`, and fail with COOP_HOST_FAILED if it is NULL.
   */
  coop_clock clock;

  /* Private. */
  coop_nesting nesting;
  coop__timer *first_timer, *last_timer; /* in the order of their times */
  unsigned long long timers;             /* how many there have been */

  /* Private: the cooperators that have requested a slice, in order. */
  coop_cooperator **pending;
  size_t count, capacity;
  size_t round; /* how many of them coop_stdhost_run_once still runs */
  coop_cooperator *slots[COOP_STDHOST_SLOTS];
} coop_stdhost;

/** Initializes a host. It must not be moved or copied afterwards, and must outlive what is created with it. */
void coop_stdhost_init(coop_stdhost *host);

/** Frees the host's memory. Destroy its cooperators and release Deferreds with timeouts first. */
void coop_stdhost_destroy(coop_stdhost *host);

/** Whether a slice is pending. */
bool coop_stdhost_pending(const coop_stdhost *host);

/**
 * How long nothing is to be done, in milliseconds: 0 if a slice is pending or a timer is due, INFINITY if there is
 * neither a slice nor a timer.
 */
double coop_stdhost_delay_ms(const coop_stdhost *host);

/**
 * Fires the timers that are due, and runs the slices that are pending then, but not those that they request. Must not
 * be called inside a slice.
 * @return whether a slice is pending afterwards
 */
bool coop_stdhost_run_once(coop_stdhost *host);

/**
 * Runs slices, and sleeps until the next timer, until there is neither a slice nor a timer: until every task has
 * finished, is paused, or waits for something outside. Must not be called inside a slice.
 */
void coop_stdhost_run(coop_stdhost *host);

#ifdef __cplusplus
}
#endif

#endif
