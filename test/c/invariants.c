#include "invariants.h"

#include "../../src/internal.h"
#include "check.h"

static bool runnable(const coop_task *task) {
  return task->answer == COOP_OK && task->state_now == COOP_STATE_RUNNABLE && task->pauses == 0;
}

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

/** Gives how many of the list should stand in the queue. */
static size_t check_members(const coop_cooperator *cooperator, const coop_task *first) {
  size_t wanted = 0, count = 0;
  const coop_task *task = first;
  if (task == NULL) return 0;
  do {
    CHECK(task->members.next != NULL && task->members.next->members.previous == task);
    CHECK(task->answer == COOP_OK && task->owner.cooperator == cooperator && task->references > 0);
    CHECK((task->queue.next != NULL) == runnable(task));
    CHECK((task->queue.next == NULL) == (task->queue.previous == NULL));
    wanted += runnable(task);
    task = task->members.next;
  } while (task != NULL && task != first && ++count < 1000000);
  CHECK(task == first);
  return wanted;
}

void check_invariants(const coop_cooperator *cooperator) {
  const size_t queued = check_queue(cooperator);
  CHECK_EQUAL(queued, cooperator->queued);
  CHECK_EQUAL(check_members(cooperator, cooperator->members) + check_members(cooperator, cooperator->doomed), queued);
  CHECK(cooperator->head == NULL || cooperator->share_left < cooperator->head->share);
  /* S4, and S5: a slice is pending only where it is needed */
  if (cooperator->pending) {
    CHECK(cooperator->head != NULL && !cooperator->slicing && coop_cooperator_running(cooperator));
  }
  if (cooperator->holds == 0) {
    CHECK(cooperator->turning == NULL && cooperator->doomed == NULL);
    CHECK(!cooperator->slicing && !cooperator->in_run && !cooperator->destroyed);
  }
}
