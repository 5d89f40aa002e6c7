#ifndef COOPERATOR_SYNC_H
#define COOPERATOR_SYNC_H

/**
 * @file sync.h
 * Semaphores and queues: Twisted's DeferredSemaphore and DeferredQueue. Waiting for some time, with a time limit, or for
 * the first of several Deferreds.
 *
 *     struct download { COOP_ITERATOR; coop_deferred *permit, *wait; };
 *
 *     static coop_turn download_next(coop_task *task, void *state) {
 *       struct download *self = state;
 *       COOP_BEGIN(self);
 *       if (coop_semaphore_acquire(connections, &self->permit) != COOP_OK) return COOP_FAILED;
 *       COOP_AWAIT(self, task, self->permit);
 *       COOP_AWAIT_WITH(self, task, coop_task_await_until(task, start(self), 5000, clock, &self->wait));
 *       if (coop_task_awaited(task).status == COOP_TIMED_OUT) ...
 *       (void)coop_semaphore_release(connections, &self->permit);
 *       COOP_END(self);
 *     }
 *
 *     static void download_close(coop_task *task, void *state) {
 *       struct download *self = state;
 *       if (self->permit != NULL) (void)coop_semaphore_release(connections, &self->permit);
 *       coop_deferred_release(self->wait);
 *     }
 *
 * First come, first served. Joining and leaving a line take constant time.
 *
 * Ownership. A Deferred that a function here returns is one reference of the caller's. Give it back to
 * coop_semaphore_release or coop_queue_leave, which also leave the line. If it is only released while it waits in line,
 * it stays there, and a permit or an item that it gets is lost. Do not fire these Deferreds and do not change their
 * context.
 *
 * Reentrancy. Every function may be called from inside a callback. coop_host.nesting bounds the C stack where the
 * callbacks of one Deferred release a permit to the next one.
 *
 * NULL. Unless noted, functions that return coop_status return COOP_INVALID_ARGUMENT for NULL. Never pass NULL to the
 * others.
 *
 * A program that does not use these functions does not contain them: they are files of their own in the static library.
 */

#include "cooperator/iterator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- semaphores ---- */

/** Lets a limited number of users in at a time. With a limit of 1 it is a lock. */
typedef struct coop_semaphore coop_semaphore;

/**
 * Creates a semaphore.
 * @param host     must outlive the semaphore; only what Deferreds use of it is used
 * @param limit    how many permits there are, from 1
 * @param[out] out owned by the caller, who frees it with coop_semaphore_destroy
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_semaphore_create(const coop_host *host, size_t limit, coop_semaphore **out);

/**
 * Whoever waits for a permit fails with COOP_CANCELLED. Permits must still be released; the last one frees the memory.
 * NULL is allowed. May call back.
 */
void coop_semaphore_destroy(coop_semaphore *semaphore);

/**
 * Asks for a permit. The Deferred fires with the value NULL, at once if there is a permit left. coop_deferred_cancel
 * makes it leave the line.
 * @param[out] permit  to be passed to coop_semaphore_release
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT; COOP_CANCELLED: the semaphore is being destroyed
 */
coop_status coop_semaphore_acquire(coop_semaphore *semaphore, coop_deferred **permit);

/**
 * Gives a permit back, and fires the Deferred of the first in line. If `*permit` is still in line, it leaves the line
 * and never fires. If it was cancelled, nothing is given back, and the semaphore may have been destroyed. In each case
 * its reference is released, and `*permit` is NULL afterwards. May call back.
 * @return COOP_OK; COOP_INVALID_ARGUMENT if `*permit` is NULL: there is nothing to release
 */
coop_status coop_semaphore_release(coop_semaphore *semaphore, coop_deferred **permit);

/**
 * Changes the number of permits. A higher limit lets those in who wait; a lower one takes nothing back, and lets nobody
 * in until enough permits were released. May call back.
 * @return COOP_OK, COOP_INVALID_ARGUMENT
 */
coop_status coop_semaphore_set_limit(coop_semaphore *semaphore, size_t limit);
size_t coop_semaphore_limit(const coop_semaphore *semaphore);

/** How many permits are in use. */
size_t coop_semaphore_active(const coop_semaphore *semaphore);

/** How many wait in line. */
size_t coop_semaphore_waiting(const coop_semaphore *semaphore);

/* ---- queues ---- */

/** Items that pass from those who put them to those who get them. Each goes to one getter. */
typedef struct coop_queue coop_queue;

/**
 * Creates a queue.
 * @param host     must outlive the queue; only what Deferreds use of it is used
 * @param size     how many items it holds at most; 0: no limit
 * @param[out] out owned by the caller, who frees it with coop_queue_destroy
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_queue_create(const coop_host *host, size_t size, coop_queue **out);

/** Closes the queue, passes its items to coop_host.release, and frees it. NULL is allowed. May call back. */
void coop_queue_destroy(coop_queue *queue);

/**
 * Puts an item at the end. The queue owns it from now on, unless the call fails.
 *
 * `*put` fires when the item is in the queue or has gone to a getter, at once if there is room. If it fails with
 * COOP_CANCELLED, the item is the caller's again: coop_deferred_cancel was called while the item waited for room, or the
 * queue was closed.
 * @param[out] put  to be passed to coop_queue_leave. NULL: do not wait
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT; COOP_CANCELLED: the queue is closed; COOP_PENDING: there is no
 *         room, and `put` is NULL
 */
coop_status coop_queue_put(coop_queue *queue, void *item, coop_deferred **put);

/**
 * Takes the first item. `*get` fires with the item, at once if there is one, and owns it then: if it is destroyed before
 * a callback has taken the item, the item is passed to coop_host.release. It fails with COOP_CANCELLED if the queue is
 * closed and no item is left. coop_deferred_cancel makes it leave the line, without an item.
 * @param[out] get  to be passed to coop_queue_leave
 * @return COOP_OK, COOP_NO_MEMORY, COOP_INVALID_ARGUMENT
 */
coop_status coop_queue_get(coop_queue *queue, coop_deferred **get);

/**
 * Ends what coop_queue_put or coop_queue_get has begun, and releases its reference. If it is still in line, it leaves
 * the line and never fires. `*place` is NULL afterwards. The queue may have been destroyed.
 * @return COOP_OK; COOP_CANCELLED: it was still in line, so the item of a coop_queue_put is the caller's again;
 *         COOP_INVALID_ARGUMENT if `*place` is NULL
 */
coop_status coop_queue_leave(coop_deferred **place);

/**
 * Ends the queue: nothing can be put any more; its items can still be got. Whoever waits for an item or for room fails
 * with COOP_CANCELLED. Only the first call has an effect. May call back.
 * @return COOP_OK, COOP_INVALID_ARGUMENT
 */
coop_status coop_queue_close(coop_queue *queue);
bool coop_queue_closed(const coop_queue *queue);

/** How many items are in the queue. */
size_t coop_queue_length(const coop_queue *queue);

/* ---- waiting ---- */

/*
 * These are for a step that is about to return COOP_WAIT, as coop_task_await is. Each creates a Deferred that stands for
 * the wait, makes the task await it, and stores it in `*wait`, a member of the iterator. What it finds there must be
 * NULL, or the wait of an earlier call, which it releases. The iterator releases the last one in its close function: if
 * the wait is not over by then, its timer is cancelled, and nothing is left in the Deferreds that were waited for.
 *
 * They return COOP_OK, COOP_NO_MEMORY or COOP_INVALID_ARGUMENT; any status of coop_clock.call_later; if the task has
 * finished or was stopped in this turn, how: see coop_task_pause. Unless they return COOP_OK, they have changed nothing.
 */

/**
 * Waits for `delay_ms` milliseconds, 0 or more. coop_task_awaited is COOP_OK then.
 * @param clock  copied; what its context points to must outlive the wait
 */
coop_status coop_task_sleep(coop_task *task, double delay_ms, const coop_clock *clock, coop_deferred **wait);

/**
 * Waits for `deferred`, but not longer than `delay_ms` milliseconds. coop_task_awaited is the result, which stays in the
 * Deferred, or COOP_TIMED_OUT. The Deferred is not cancelled.
 * @param clock  as for coop_task_sleep
 */
coop_status coop_task_await_until(coop_task *task, coop_deferred *deferred, double delay_ms, const coop_clock *clock,
                                  coop_deferred **wait);

/**
 * Waits for the first of `count` Deferreds that has a result. coop_task_awaited is that result, which stays in the
 * Deferred; coop_deferred_result tells which of them have one. If several have one already, the first of them counts.
 * Failures of the others remain theirs (D7).
 */
coop_status coop_task_await_any(coop_task *task, coop_deferred *const *deferreds, size_t count, coop_deferred **wait);

/**
 * For an iterator of iterator.h: ends this turn with a call of one of the three functions. The next turn continues after
 * it once the wait is over. If the call fails, the task fails with what it returned.
 */
#define COOP_AWAIT_WITH(self, task, call)    \
  do {                                       \
    (self)->coop_place = __LINE__;           \
    return coop__await_with((task), (call)); \
    case COOP_PLACE(__LINE__):;              \
  } while (0)

/* For COOP_AWAIT_WITH. As coop__await: a task that was stopped in this turn does not fail. */
static inline coop_turn coop__await_with(coop_task *task, coop_status status) {
  if (status == COOP_OK || status == COOP_TASK_STOPPED || status == COOP_SCHEDULER_STOPPED) return COOP_WAIT;
  const coop_failure failure = {status, NULL};
  coop_task_set_failure(task, failure);
  return COOP_FAILED;
}

#ifdef __cplusplus
}
#endif

#endif
