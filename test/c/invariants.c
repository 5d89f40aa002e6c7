#include "invariants.h"

#include "../../src/queue.h"
#include "check.h"

static bool runnable(const coop_task *task) {
  return task->end == COOP_OK && task->state == COOP_STATE_RUNNABLE &&
         (task->pauses == 0 || task->stopped_with != COOP_OK);
}

/** Returns the length of the queue. */
static size_t check_queue(const coop_cooperator *cooperator) {
  size_t count = 0;
  const coop_task *task = cooperator->head;
  if (task == NULL) return 0;
  do {
    CHECK(task->queue.next != NULL && task->queue.next->queue.previous == task);
    CHECK(runnable(task));
    CHECK(task->owner.cooperator == cooperator);
    count++;
    task = task->queue.next;
  } while (task != NULL && task != cooperator->head && count < 1000000);
  CHECK(task == cooperator->head);
  return count;
}

/** Checks `members` or `stopping`. Returns how many of its tasks belong into the queue. */
static size_t check_members(const coop_cooperator *cooperator, const coop_task *first) {
  size_t wanted = 0, count = 0;
  const coop_task *task = first;
  if (task == NULL) return 0;
  do {
    CHECK(task->members.next != NULL && task->members.next->members.previous == task);
    CHECK(task->end == COOP_OK && task->owner.cooperator == cooperator && task->references > 0);
    CHECK((task->queue.next != NULL) == runnable(task));
    CHECK((task->queue.next == NULL) == (task->queue.previous == NULL));
    /* S10: after the stop of their cooperator, tasks only clean up. */
    if (cooperator->lifecycle == COOP__STOPPED && first == cooperator->members) CHECK(task->stopped_with != COOP_OK);
    if (task->cleaning_up) CHECK(task->stopped_with != COOP_OK);
    wanted += runnable(task);
    task = task->members.next;
  } while (task != NULL && task != first && ++count < 1000000);
  CHECK(task == first);
  return wanted;
}

void check_invariants(const coop_cooperator *cooperator) {
  const size_t queued = check_queue(cooperator);
  CHECK_EQUAL(queued, cooperator->queued);
  CHECK_EQUAL(check_members(cooperator, cooperator->members) + check_members(cooperator, cooperator->stopping), queued);
  CHECK(cooperator->head == NULL || !cooperator->by_time || cooperator->head->credit > 0);
  if (cooperator->slice == COOP__SLICE_PENDING) { /* S4 */
    CHECK(cooperator->head != NULL);
    CHECK(coop_cooperator_running(cooperator) || cooperator->lifecycle == COOP__STOPPED);
    CHECK(!coop__is_paused(cooperator));
  }
  if (cooperator->slice == COOP__SLICE_OPEN || cooperator->slice == COOP__SLICE_BEGUN) {
    CHECK(cooperator->in_run);
  }
  if (cooperator->turning != NULL) {
    CHECK(cooperator->slice == COOP__SLICE_OPEN);
  }
  if (cooperator->holds == 0) { /* no call is on the stack */
    CHECK(cooperator->turning == NULL && cooperator->stopping == NULL);
    CHECK(cooperator->slice <= COOP__SLICE_PENDING && !cooperator->in_run);
    /* Clean-ups may wait in the queue of nested calls. */
    CHECK(cooperator->lifecycle != COOP__DESTROYED || cooperator->members != NULL);
  }
}
