/*
 * The lists of a cooperator's tasks, and the slice that it requests from the host.
 *
 * `head` is the queue: a circular list of the tasks that can have a turn, in the order of their turns. The head has the
 * next one.
 *
 * Every task that was started and has not finished is in one of two more circular lists, `members` and `stopping`, in
 * the order in which they were added. The tasks in `stopping` were added before those in `members`, except for those that
 * the same coop_cooperator_stop has stopped and whose clean-up goes on: they are in `members` again, at its end.
 *
 * Fairness. The head has a row of turns and goes to the end. By turns (S2), a row has as many turns as the task's
 * share, rounded up. By time (S13), this is deficit round robin (Shreedhar and Varghese 1995): a task that comes to the
 * head gets credit, the quantum times its share, and each turn is charged what it took. The row ends when no credit is
 * left. Time beyond the credit is a debt, which shortens the next row or skips it.
 *
 * Invariants.
 * - Every task in the queue is also in `members` or `stopping`.
 * - By turns, only the head can have begun its row. By time, the head has credit, and no other task in the queue has,
 *   except for one that left the queue in its own turn and came back.
 * - `stopping` is empty except inside coop_cooperator_stop.
 * - A slice is pending at the host only while the cooperator runs and is not paused, or was stopped, a task is in the
 *   queue, and no slice is open. In the queue of a stopped cooperator there are only tasks whose clean-up goes on.
 * - The struct outlives every call on the stack that uses it (`holds`), whatever a callback does. A destroyed
 *   cooperator has members until clean-ups that wait in the queue of nested calls have run.
 */

#include "queue.h"

#include <math.h>

/* `list` is the first element, NULL if there is none; `links` names the member of coop_task that links the list. */
#define APPEND(list, task, links)                                    \
  do {                                                               \
    if ((list) == NULL) {                                            \
      (list) = (task)->links.next = (task)->links.previous = (task); \
    } else {                                                         \
      (task)->links.next = (list);                                   \
      (task)->links.previous = (list)->links.previous;               \
      (list)->links.previous->links.next = (task);                   \
      (list)->links.previous = (task);                               \
    }                                                                \
  } while (0)

#define REMOVE(list, task, links)                                  \
  do {                                                             \
    if ((task)->links.next == (task)) {                            \
      (list) = NULL;                                               \
    } else {                                                       \
      (task)->links.previous->links.next = (task)->links.next;     \
      (task)->links.next->links.previous = (task)->links.previous; \
      if ((list) == (task)) (list) = (task)->links.next;           \
    }                                                              \
    (task)->links.next = (task)->links.previous = NULL;            \
  } while (0)

void coop__release_hold(coop_cooperator *cooperator) {
  if (--cooperator->holds == 0 && cooperator->lifecycle == COOP__DESTROYED && cooperator->members == NULL)
    coop__free(cooperator->host, cooperator, sizeof *cooperator);
}

/* ---- the requested slice (S4) ---- */

void coop__request_slice(coop_cooperator *cooperator) {
  if (cooperator->head == NULL || cooperator->slice != COOP__SLICE_NONE || cooperator->stopping != NULL ||
      cooperator->lifecycle == COOP__NOT_STARTED || cooperator->lifecycle == COOP__DESTROYED ||
      coop__is_paused(cooperator))
    return;
  const coop_host *host = coop__known(cooperator->host);
  const uint32_t request = ++cooperator->requests;
  coop__hold(cooperator);
  cooperator->slice = COOP__SLICE_PENDING; /* before the call: the host may begin the slice at once */
  const bool refused = host->schedule(host->context, cooperator) != COOP_OK;
  /* The host may also have begun this slice or had others requested, and then fail. */
  if (refused && cooperator->slice == COOP__SLICE_PENDING && request == cooperator->requests)
    cooperator->slice = COOP__SLICE_NONE;
  coop__release_hold(cooperator);
}

void coop__cancel_slice(coop_cooperator *cooperator) {
  if (cooperator->slice != COOP__SLICE_PENDING) return;
  const coop_host *host = coop__known(cooperator->host);
  cooperator->slice = COOP__SLICE_NONE;
  if (host->cancel != NULL) host->cancel(host->context, cooperator);
}

/* ---- the queue ---- */

/* Every task owes a round or more. Credits at once all the rounds in which no task would have a turn. */
static void skip_rounds(coop_cooperator *cooperator) {
  double rounds = (double)INFINITY;
  coop_task *task = cooperator->head;
  do {
    const double needed = floor(-task->credit / coop__round_ms(cooperator, task));
    if (needed < rounds) rounds = needed;
    task = task->queue.next;
  } while (task != cooperator->head);
  do {
    task->credit += rounds * coop__round_ms(cooperator, task);
    task = task->queue.next;
  } while (task != cooperator->head);
}

COOP__NOINLINE coop_task *coop__advance(coop_cooperator *cooperator) {
  coop_task *task = cooperator->head;
  if (!cooperator->by_time) return cooperator->head = task->queue.next;
  if (task->queue.next == task) { /* alone, a task has every round to itself */
    task->credit = coop__round_ms(cooperator, task);
    return task;
  }
  if (cooperator->meter.turns != 0) cooperator->meter.several_tasks = true;
  uint32_t skipped = 0;
  do {
    if (skipped++ == cooperator->queued) {
      skip_rounds(cooperator);
      skipped = 0;
    }
    task = task->queue.next;
    task->credit += coop__round_ms(cooperator, task);
  } while (task->credit <= 0);
  return cooperator->head = task;
}

void coop__reset_credits(coop_cooperator *cooperator) {
  coop_task *task = cooperator->head;
  if (task == NULL) return;
  do {
    task->credit = 0;
    task = task->queue.next;
  } while (task != cooperator->head);
  if (cooperator->by_time) task->credit = coop__round_ms(cooperator, task);
}

void coop__enqueue(coop_cooperator *cooperator, coop_task *task) {
  if (cooperator->by_time && task == cooperator->turning) {
    /* It came back in its own turn, which is not charged yet and pays with its credit first. The end of the turn enqueues
       it again, except on the fast path. */
    coop__meter_spend(&cooperator->meter);
  } else if (task->credit > 0 || !cooperator->by_time || task->busy_period != cooperator->busy_period) {
    /* The task loses the rest of its credit. It keeps its debt, unless the queue has been empty since it left: then no
       other task waits for the time that it owes. */
    task->credit = 0;
  }
  APPEND(cooperator->head, task, queue);
  if (cooperator->queued++ == 0 && cooperator->by_time) task->credit = coop__round_ms(cooperator, task);
  coop__request_slice(cooperator);
}

void coop__dequeue(coop_cooperator *cooperator, coop_task *task) {
  const bool was_head = task == cooperator->head;
  if (task == cooperator->turning) cooperator->dequeued_in_turn = coop__turn_number(cooperator);
  REMOVE(cooperator->head, task, queue);
  cooperator->queued--;
  task->busy_period = cooperator->busy_period;
  if (cooperator->head == NULL) {
    cooperator->busy_period++;
    coop__cancel_slice(cooperator);
  } else if (was_head && cooperator->by_time) {
    cooperator->head = cooperator->head->queue.previous; /* the next task comes to the head, and gets credit */
    (void)coop__advance(cooperator);
  }
  if (cooperator->meter.turns != 0 || task == cooperator->turning) cooperator->meter.several_tasks = true;
}

/* ---- the tasks that have not finished ---- */

void coop__add_member(coop_cooperator *cooperator, coop_task *task) { APPEND(cooperator->members, task, members); }

void coop__remove_member(coop_cooperator *cooperator, coop_task *task) {
  /* Which of the two circles a task is in matters only if the task is the first of one. */
  if (task == cooperator->stopping)
    REMOVE(cooperator->stopping, task, members); /* GCOVR_EXCL_BR_LINE: the macro repeats the test */
  else
    REMOVE(cooperator->members, task, members);
}

void coop__move_members_to_stopping(coop_cooperator *cooperator) {
  coop_task *moved = cooperator->members, *before = cooperator->stopping;
  cooperator->members = NULL;
  if (moved == NULL) return;
  if (before == NULL) {
    cooperator->stopping = moved;
    return;
  }
  coop_task *last_before = before->members.previous, *last_moved = moved->members.previous;
  last_before->members.next = moved;
  moved->members.previous = last_before;
  last_moved->members.next = before;
  before->members.previous = last_moved;
}

coop_task *coop_cooperator_first_task(const coop_cooperator *cooperator) {
  return cooperator->stopping != NULL ? cooperator->stopping : cooperator->members;
}

coop_task *coop_task_next(const coop_task *task) {
  if (task->end != COOP_OK || task->members.next == NULL) return NULL; /* finished, or not started */
  coop_task *next = task->members.next;
  const coop_cooperator *cooperator = task->owner.cooperator;
  if (next == cooperator->stopping) return cooperator->members;
  return next == cooperator->members ? NULL : next;
}
