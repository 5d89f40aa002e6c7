/*
 * Tasks, from coop_task_create to the Deferreds that report the end.
 *
 * Invariants.
 * - `answer` is COOP_OK until the task finishes.
 * - A task is in `members` (or `doomed`) from coop_task_start until it finishes; the cooperator holds a reference
 *   until then or, if the task finishes inside its own turn, until that turn is over.
 * - A task is in the queue exactly if it is in `members` or `doomed`, is COOP_STATE_RUNNABLE and its pause count is 0.
 * - A task that is neither started nor finished has a hold on the cooperator, so that its pointer stays valid.
 */

#include "internal.h"

coop_status coop_task_create(coop_cooperator *cooperator, coop_iterator iterator, coop_task **out) {
  if (cooperator == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  coop_task *task = coop__allocate(cooperator->host, sizeof *task);
  if (task == NULL) return COOP_NO_MEMORY;
  *task = (coop_task){
      .step = iterator.step,
      .state = iterator.state,
      .close = iterator.close,
      .cost_ms = COOP__GRANT_MS, /* not known: its first turn uses up any grant */
      .share = iterator.share == 0 ? 1 : iterator.share,
      .references = 1,
      .owner.cooperator = cooperator,
      .awaited = {COOP_PENDING, NULL},
      .outcome = {COOP_PENDING, NULL},
      .state_now = COOP_STATE_RUNNABLE,
      .answer = COOP_OK,
  };
  cooperator->holds++;
  *out = task;
  return COOP_OK;
}

static bool lives(const coop_task *task) { return task->answer == COOP_OK; }

static bool is_started(const coop_task *task) { return task->members.next != NULL; }

static const coop_host *host_of(const coop_task *task) {
  return lives(task) ? task->owner.cooperator->host : task->owner.host;
}

coop_task *coop_task_retain(coop_task *task) {
  task->references++;
  return task;
}

void coop_task_release(coop_task *task) {
  if (task == NULL || --task->references != 0) return;
  if (lives(task)) { /* it was never started, or the cooperator would hold a reference */
    task->references = 1;
    coop__task_complete(task, COOP_TASK_STOPPED, COOP_STATE_STOPPED, (coop_result){COOP_TASK_STOPPED, NULL});
    return;
  }
  const coop_host *host = host_of(task);
  if (task->state_now == COOP_STATE_FAILED && !task->failure_is_known && host->unhandled != NULL)
    host->unhandled(host->context, task->outcome);
  coop__free(host, task, sizeof *task);
}

/* ---- the end ---- */

static void close_iterator(coop_task *task) {
  coop_close_fn close = task->close;
  task->close = NULL;
  if (close != NULL) close(task, task->state);
}

/* Takes over a reference to `added`. */
static void add_done(coop_task *task, coop_deferred *added) {
  if (task->last_done == NULL) {
    *coop__deferred_next_done(added) = added;
  } else {
    *coop__deferred_next_done(added) = *coop__deferred_next_done(task->last_done);
    *coop__deferred_next_done(task->last_done) = added;
  }
  task->last_done = added;
}

/* The Deferreds in the order in which they were asked for; a callback may ask for more, which fire at once. */
static void fire_done(coop_task *task) {
  coop_deferred *last = task->last_done;
  if (last == NULL) return;
  task->last_done = NULL;
  coop_deferred *first = *coop__deferred_next_done(last);
  *coop__deferred_next_done(last) = NULL;
  while (first != NULL) {
    coop_deferred *next = *coop__deferred_next_done(first);
    (void)coop__deferred_fire_borrowed(first, task->outcome); /* its holder may have fired or cancelled it */
    first = next;
  }
}

void coop__task_complete(coop_task *task, coop_status answer, coop_state state, coop_result outcome) {
  coop_cooperator *cooperator = task->owner.cooperator;
  const coop_host *host = cooperator->host;
  const bool in_its_turn = cooperator->turning == task;
  if (task->queue.next != NULL) coop__dequeue(cooperator, task);
  if (is_started(task))
    coop__forget(cooperator, task);
  else
    coop__release_hold(cooperator);
  task->answer = (uint8_t)answer;
  task->state_now = (uint8_t)state;
  task->outcome = outcome;
  task->owner.host = host;
  if (!in_its_turn) close_iterator(task);
  fire_done(task);
  if (!in_its_turn) coop_task_release(task);
}

void coop__task_close_late(coop_task *task) {
  close_iterator(task);
  coop_task_release(task);
}

/* ---- the start ---- */

/* The cooperator takes over a reference of the caller's. */
static void start(coop_task *task) {
  coop_cooperator *cooperator = task->owner.cooperator;
  COOP__APPEND(cooperator->members, task, members);
  if (cooperator->stopped)
    coop__task_complete(task, COOP_SCHEDULER_STOPPED, COOP_STATE_STOPPED, (coop_result){COOP_SCHEDULER_STOPPED, NULL});
  else if (task->pauses == 0)
    coop__enqueue(cooperator, task);
  coop__release_hold(cooperator);
}

coop_status coop_task_start(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (!lives(task)) return (coop_status)task->answer;
  if (is_started(task)) return COOP_INVALID_ARGUMENT;
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
  coop_deferred *ended = NULL;
  coop_task *task = NULL;
  coop_status status = coop_deferred_create(cooperator->host, NULL, NULL, &ended);
  if (status != COOP_OK) return status;
  status = coop_deferred_chain(ended, done);
  if (status == COOP_OK) status = coop_task_create(cooperator, iterator, &task);
  if (status != COOP_OK) {
    coop_deferred_release(ended);
    return status;
  }
  task->failure_is_known = true;
  add_done(task, ended);
  start(task);
  return COOP_OK;
}

/* ---- pause, resume, stop, wait ---- */

coop_status coop_task_pause(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (!lives(task)) return (coop_status)task->answer;
  task->pauses++;
  if (task->queue.next != NULL) coop__dequeue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_resume(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (task->pauses == 0) return COOP_NOT_PAUSED;
  task->pauses--;
  if (lives(task) && is_started(task) && task->pauses == 0 && task->state_now == COOP_STATE_RUNNABLE)
    coop__enqueue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_stop(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (!lives(task)) return (coop_status)task->answer;
  if (!is_started(task)) task->references++; /* in place of the cooperator's, which coop__task_complete drops */
  coop__task_complete(task, COOP_TASK_STOPPED, COOP_STATE_STOPPED, (coop_result){COOP_TASK_STOPPED, NULL});
  return COOP_OK;
}

void coop_task_wake(coop_task *task) {
  if (task == NULL || !lives(task)) return;
  coop_cooperator *cooperator = task->owner.cooperator;
  if (task->state_now == COOP_STATE_WAITING) {
    task->state_now = COOP_STATE_RUNNABLE;
    if (task->pauses == 0) coop__enqueue(cooperator, task);
  } else if (cooperator->turning == task) {
    cooperator->woken_in = coop__turn_number(cooperator);
  }
}

static bool awaited(void *context, coop_deferred *deferred, coop_result result) {
  coop_task *task = context;
  /* it may have finished, or have been woken by somebody else and be waiting for another by now */
  const bool wanted = lives(task) && task->awaited.status == COOP_PENDING && task->awaited.value == deferred;
  if (wanted) {
    task->awaited = result;
    coop_task_wake(task);
  }
  coop_task_release(task);
  return wanted; /* a failure that comes too late for its task is nobody's: D7 */
}

static void never_awaited(void *context) { coop_task_release(context); }

coop_status coop_task_await(coop_task *task, coop_deferred *deferred) {
  if (task == NULL || deferred == NULL) return COOP_INVALID_ARGUMENT;
  if (!lives(task)) return (coop_status)task->answer;
  const coop_result before = task->awaited;
  task->awaited = (coop_result){COOP_PENDING, deferred};
  task->references++; /* the chain's, until one of the two above */
  coop_status status = coop_deferred_observe(deferred, awaited, never_awaited, task);
  if (status != COOP_OK) {
    task->awaited = before;
    task->references--;
  }
  return status;
}

/* ---- what can be asked ---- */

coop_result coop_task_awaited(const coop_task *task) {
  return task->awaited.status == COOP_PENDING ? (coop_result){COOP_PENDING, NULL} : task->awaited;
}

void coop_task_set_result(coop_task *task, void *value) {
  if (lives(task)) task->outcome = (coop_result){COOP_OK, value};
}

void coop_task_set_failure(coop_task *task, coop_failure failure) {
  if (lives(task)) {
    task->outcome = failure;
  } else { /* stopped in this very turn: the failure has nowhere else to go */
    const coop_host *host = host_of(task);
    if (host->unhandled != NULL) host->unhandled(host->context, failure);
  }
}

coop_state coop_task_state(const coop_task *task) {
  return lives(task) && task->pauses != 0 ? COOP_STATE_PAUSED : (coop_state)task->state_now;
}

coop_result coop_task_outcome(const coop_task *task) {
  return lives(task) ? (coop_result){COOP_PENDING, NULL} : task->outcome;
}

uint32_t coop_task_pauses(const coop_task *task) { return task->pauses; }

coop_step_fn coop_task_step(const coop_task *task) { return task->step; }

void *coop_task_iterator_state(const coop_task *task) { return task->state; }

coop_status coop_task_when_done(coop_task *task, coop_deferred **out) {
  if (task == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  coop_status status = coop_deferred_create(host_of(task), NULL, NULL, out);
  if (status != COOP_OK) return status;
  task->failure_is_known = true;
  if (lives(task))
    add_done(task, coop_deferred_retain(*out));
  else
    (void)coop__deferred_fire_borrowed(coop_deferred_retain(*out), task->outcome);
  return COOP_OK;
}

void coop_task_handle_failure(coop_task *task) { task->failure_is_known = true; }

void coop_task_get_stats(const coop_task *task, coop_task_stats *out) {
  const double busy_ms = task->busy_base_ms + (double)task->turns * (double)task->cost_ms;
  *out = (coop_task_stats){
      .turns = task->turns,
      .busy_ms = task->turns == 0 || busy_ms < 0 ? 0 : busy_ms,
      .longest_turn_ms = (double)task->longest_turn_ms,
  };
}
