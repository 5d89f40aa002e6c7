/*
 * A task, from coop_task_create to the Deferreds that report its end.
 *
 * Invariants.
 * - `end` is COOP_OK until the task finishes.
 * - A task is in `members` or `stopping` from coop_task_start until it finishes. The cooperator holds a reference to it
 *   during that time, and if the task finishes inside its own turn, until that turn is over.
 * - A task is in the queue exactly if it is in `members` or `stopping`, is COOP_STATE_RUNNABLE and is not paused.
 * - `tell_end.run` is set while the end of a finished task waits in the queue of nested calls, which holds a reference.
 * - A task that was neither started nor finished has a hold on its cooperator, so that the pointer to it stays valid.
 */

#include "task.h"

#include <math.h>

#include "deferred_internal.h"

static bool has_finished(const coop_task *task) { return task->end != COOP_OK; }

static bool is_member(const coop_task *task) { return task->members.next != NULL; }

static bool is_queued(const coop_task *task) { return task->queue.next != NULL; }

static const coop_host *host_of(const coop_task *task) {
  return has_finished(task) ? task->owner.host : task->owner.cooperator->host;
}

/* ---- references ---- */

coop_task *coop_task_retain(coop_task *task) {
  task->references++;
  return task;
}

void coop_task_release(coop_task *task) {
  if (task == NULL || --task->references != 0) return;
  if (!has_finished(task)) { /* never started, or the cooperator would hold a reference */
    task->references = 1;
    coop__task_stop(task, COOP_TASK_STOPPED); /* drops it */
    return;
  }
  const coop_host *host = host_of(task);
  if (task->state == COOP_STATE_FAILED && !task->failure_handled && host->unhandled != NULL)
    host->unhandled(host->context, task->outcome);
  coop__free(host, task, sizeof *task);
}

/* ---- the end ---- */

/* Takes over a reference to `done`. */
static void add_done(coop_task *task, coop_deferred *done) {
  if (task->last_done == NULL) {
    *coop__deferred_next_done(done) = done;
  } else {
    *coop__deferred_next_done(done) = *coop__deferred_next_done(task->last_done);
    *coop__deferred_next_done(task->last_done) = done;
  }
  task->last_done = done;
}

/* Fires the Deferreds in the order in which they were requested. A callback may request more: these fire at once. */
static void fire_done(coop_task *task) {
  coop_deferred *last = task->last_done;
  if (last == NULL) return;
  task->last_done = NULL;
  coop_deferred *first = *coop__deferred_next_done(last);
  *coop__deferred_next_done(last) = NULL;
  while (first != NULL) {
    coop_deferred *next = *coop__deferred_next_done(first);
    (void)coop__deferred_fire_borrowed(first, task->outcome); /* refused if its holder has fired or cancelled it */
    first = next;
  }
}

static void close_iterator(coop_task *task) {
  coop_close_fn close = task->close;
  task->close = NULL;
  if (close != NULL) close(task, task->iterator_state);
}

/* What is left to do when a task has finished. Drops a reference. */
static void tell_end(coop__call *call) {
  coop_task *task = (coop_task *)(void *)((char *)call - offsetof(coop_task, tell_end));
  close_iterator(task);
  fire_done(task);
  coop_task_release(task);
}

void coop__task_finish(coop_task *task, coop_status end) {
  coop_cooperator *cooperator = task->owner.cooperator;
  const coop_host *host = cooperator->host;
  const bool in_its_turn = cooperator->turning == task;
  if (is_queued(task)) coop__dequeue(cooperator, task);
  if (is_member(task))
    coop__remove_member(cooperator, task);
  else
    coop__release_hold(cooperator);
  task->end = (uint8_t)end;
  task->state = end == COOP_TASK_DONE     ? COOP_STATE_DONE
                : end == COOP_TASK_FAILED ? COOP_STATE_FAILED
                                          : COOP_STATE_STOPPED;
  task->owner.host = host;
  task->tell_end.run = NULL;
  if (in_its_turn) task->references++; /* what is called from here may end the turn, which drops the cooperator's */
  if (in_its_turn && !cooperator->turn_suspended) {
    fire_done(task); /* coop__task_end_last_turn does the rest */
    coop_task_release(task);
  } else {
    coop__nest(host, &task->tell_end, tell_end);
  }
}

void coop__task_stop(coop_task *task, coop_status reason) {
  task->outcome = (coop_result){reason, NULL};
  coop__task_finish(task, reason);
}

void coop__task_end_last_turn(coop_task *task) {
  if (task->tell_end.run == NULL)
    coop__nest(host_of(task), &task->tell_end, tell_end);
  else
    coop_task_release(task); /* its end is in the queue already */
}

/* ---- creating and starting ---- */

static bool is_share(double share, coop_fairness fairness) {
  if (share == 0) return true;
  const bool may_be_small = fairness == COOP_FAIR_BY_TIME || (share >= 1 && floor(share) == share);
  return may_be_small && share >= COOP_SHARE_MIN && share <= COOP_SHARE_MAX;
}

coop_status coop_task_create(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out) {
  if (cooperator == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  if (!is_share(iterator.share, cooperator->options.fairness)) return COOP_INVALID_ARGUMENT;
  coop_task *task = coop__allocate(cooperator->host, sizeof *task);
  if (task == NULL) return COOP_NO_MEMORY;
  *task = (coop_task){
      .step = iterator.step,
      .iterator_state = iterator.state,
      .close = iterator.close,
      .cost.turn_ms = COOP__BUDGET_MAX_MS,
      .share = iterator.share == 0 ? 1 : iterator.share,
      .references = 1,
      .owner.cooperator = cooperator,
      .awaited = {COOP_PENDING, NULL},
      .outcome = {COOP_PENDING, NULL},
      .state = COOP_STATE_RUNNABLE,
      .end = COOP_OK,
  };
  coop__hold(cooperator);
  *out = task;
  return COOP_OK;
}

/* Hands a reference of the caller's over to the cooperator. */
static void start(coop_task *task) {
  coop_cooperator *cooperator = task->owner.cooperator;
  coop__add_member(cooperator, task);
  if (cooperator->lifecycle >= COOP__STOPPED)
    coop__task_stop(task, COOP_SCHEDULER_STOPPED);
  else if (task->pauses == 0)
    coop__enqueue(cooperator, task);
  coop__release_hold(cooperator);
}

coop_status coop_task_start(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  if (is_member(task)) return COOP_INVALID_ARGUMENT;
  start(coop_task_retain(task));
  return COOP_OK;
}

coop_status coop_cooperate(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out) {
  coop_task *task = NULL;
  const coop_status status = coop_task_create(cooperator, iterator, &task);
  if (status != COOP_OK) return status;
  if (out != NULL) *out = coop_task_retain(task); /* before anything can call back */
  start(task);
  return COOP_OK;
}

coop_status coop_coiterate(coop_cooperator *cooperator, coop_iterator iterator, coop_deferred *done) {
  if (cooperator == NULL || done == NULL) return COOP_INVALID_ARGUMENT;
  coop_deferred *end = NULL;
  coop_task *task = NULL;
  coop_status status = coop_deferred_create(cooperator->host, NULL, NULL, &end);
  if (status != COOP_OK) return status;
  status = coop_deferred_chain(end, done);
  if (status == COOP_OK) status = coop_task_create(cooperator, iterator, &task);
  if (status != COOP_OK) {
    coop_deferred_release(end);
    return status;
  }
  task->failure_handled = true;
  add_done(task, end);
  start(task);
  return COOP_OK;
}

/* ---- pause, resume, stop ---- */

coop_status coop_task_pause(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  task->pauses++;
  if (is_queued(task)) coop__dequeue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_resume(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (task->pauses == 0) return COOP_NOT_PAUSED;
  task->pauses--;
  if (is_member(task) && task->pauses == 0 && task->state == COOP_STATE_RUNNABLE)
    coop__enqueue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_stop(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  if (!is_member(task)) task->references++; /* in place of the cooperator's, which finishing drops */
  coop__task_stop(task, COOP_TASK_STOPPED);
  return COOP_OK;
}

/* ---- waiting ---- */

void coop_task_wake(coop_task *task) {
  if (task == NULL || has_finished(task)) return;
  coop_cooperator *cooperator = task->owner.cooperator;
  if (task->state == COOP_STATE_WAITING) {
    task->state = COOP_STATE_RUNNABLE;
    if (task->pauses == 0) coop__enqueue(cooperator, task);
  } else if (cooperator->turning == task) {
    cooperator->woken_in_turn = coop__turn_number(cooperator);
  }
}

static bool observe_awaited(void *context, coop_deferred *deferred, coop_result result) {
  coop_task *task = context;
  /* The task may have finished, or somebody else has woken it and it awaits another Deferred by now. */
  const bool is_awaited =
      !has_finished(task) && task->awaited.status == COOP_PENDING && task->awaited.value == deferred;
  if (is_awaited) {
    task->awaited = result;
    coop_task_wake(task);
  }
  coop_task_release(task);
  return is_awaited; /* a failure that comes too late for the task is unhandled (D7) */
}

static void drop_awaiting(void *context) { coop_task_release(context); }

coop_status coop_task_await(coop_task *task, coop_deferred *deferred) {
  if (task == NULL || deferred == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  const coop_result before = task->awaited;
  task->awaited = (coop_result){COOP_PENDING, deferred};
  task->references++; /* for the observer, until one of the two functions above runs */
  const coop_status status = coop_deferred_observe(deferred, observe_awaited, drop_awaiting, task);
  if (status != COOP_OK) {
    task->awaited = before;
    task->references--;
  }
  return status;
}

coop_result coop_task_awaited(const coop_task *task) {
  return task->awaited.status == COOP_PENDING ? (coop_result){COOP_PENDING, NULL} : task->awaited;
}

/* ---- outcome and queries ---- */

void coop_task_set_result(coop_task *task, void *value) {
  if (!has_finished(task)) task->outcome = (coop_result){COOP_OK, value};
}

void coop_task_set_failure(coop_task *task, coop_failure failure) {
  if (!has_finished(task)) {
    task->outcome = failure;
  } else { /* stopped in this very turn: nothing else can take the failure */
    const coop_host *host = host_of(task);
    if (host->unhandled != NULL) host->unhandled(host->context, failure);
  }
}

coop_state coop_task_state(const coop_task *task) {
  return !has_finished(task) && task->pauses != 0 ? COOP_STATE_PAUSED : (coop_state)task->state;
}

coop_result coop_task_outcome(const coop_task *task) {
  return has_finished(task) ? task->outcome : (coop_result){COOP_PENDING, NULL};
}

uint32_t coop_task_pauses(const coop_task *task) { return task->pauses; }

coop_step_fn coop_task_step(const coop_task *task) { return task->step; }

void *coop_task_iterator_state(const coop_task *task) { return task->iterator_state; }

coop_status coop_task_when_done(coop_task *task, coop_deferred **out) {
  if (task == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  const coop_status status = coop_deferred_create(host_of(task), NULL, NULL, out);
  if (status != COOP_OK) return status;
  task->failure_handled = true;
  if (has_finished(task))
    (void)coop__deferred_fire_borrowed(coop_deferred_retain(*out), task->outcome);
  else
    add_done(task, coop_deferred_retain(*out));
  return COOP_OK;
}

void coop_task_handle_failure(coop_task *task) { task->failure_handled = true; }

void coop_task_get_stats(const coop_task *task, coop_task_stats *out) {
  const coop__cost *cost = &task->cost;
  const double busy_ms = coop__busy_ms(cost);
  *out = (coop_task_stats){
      .turns = cost->turns,
      .busy_ms = cost->turns == 0 || busy_ms < 0 ? 0 : busy_ms, /* GCOVR_EXCL_BR_LINE: no test rounds below 0 */
      .longest_turn_ms = (double)cost->longest_turn_ms,
  };
}
