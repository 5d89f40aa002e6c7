/*
 * A task, from coop_task_create to the Deferreds that report its end.
 *
 * Invariants.
 * - `end` is COOP_OK until the task finishes; `stopped_with` is COOP_OK until it is stopped.
 * - A task is in `members` or `stopping` from coop_task_start until it finishes. The cooperator holds a reference to it
 *   during that time, and if the task finishes inside its own turn, until that turn is over.
 * - A task is in the queue exactly if it is in `members` or `stopping`, is COOP_STATE_RUNNABLE and is not paused. A task
 *   that is stopped leaves the queue until its clean-up asks for turns; pauses do not count from then on.
 * - While the stop function of a task is on the stack (`in_stop`), the task is neither closed nor stopped again, and does
 *   not enter the queue.
 * - `call.run` is set while the clean-up of a stopped task or the end of a finished one waits in the queue of nested
 *   calls. At the end of a task, the cooperator's reference passes to that call.
 * - A task that was neither started nor finished has a hold on its cooperator, so that the pointer to it stays valid.
 */

#include "task.h"

#include <math.h>

#include "deferred_internal.h"

static bool has_finished(const coop_task *task) { return task->end != COOP_OK; }

static bool is_member(const coop_task *task) { return task->members.next != NULL; }

static bool is_queued(const coop_task *task) { return task->queue.next != NULL; }

/* Whether the task was stopped in its turn, and its clean-up begins when that is over. */
static bool is_stopped_in_turn(const coop_task *task) { return task->stopped_with != COOP_OK && !task->cleaning_up; }

static const coop_host *host_of(const coop_task *task) {
  return has_finished(task) ? task->owner.host : task->owner.cooperator->host;
}

static void stop_unstarted(coop_task *task);

/* ---- references ---- */

coop_task *coop_task_retain(coop_task *task) {
  task->references++;
  return task;
}

void coop_task_release(coop_task *task) {
  if (task == NULL || --task->references != 0) return;
  if (!has_finished(task)) { /* never started, or the cooperator would hold a reference */
    task->references = 1;
    stop_unstarted(task); /* takes it over */
    return;
  }
  const coop_host *host = coop__known(host_of(task));
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
    if (coop_deferred_called(first)) /* by its holder */
      coop_deferred_release(first);
    else
      (void)coop__deferred_fire_borrowed(first, task->outcome);
    first = next;
  }
}

static void close_iterator(coop_task *task) {
  coop_close_fn close = task->close;
  task->close = NULL;
  if (close != NULL) close(task, task->iterator_state);
}

static void clean_up(coop_task *task);

/* What is left to do when a task has finished, which drops a reference, or was stopped. */
static void run_call(coop__call *call) {
  coop_task *task = (coop_task *)(void *)((char *)call - offsetof(coop_task, call));
  if (!has_finished(task)) {
    clean_up(task);
    return;
  }
  close_iterator(task);
  fire_done(task);
  coop_task_release(task);
}

/* Both may stop other tasks, whose clean-ups and callbacks do the same. */
static void nest(coop_task *task) {
  if (task->call.run == NULL) coop__nest(host_of(task), &task->call, run_call);
}

/* The first half of coop__task_finish, after which no function changes the task; nest() is the second. */
static void leave(coop_task *task, coop_status end) {
  coop_cooperator *cooperator = task->owner.cooperator;
  const coop_host *host = cooperator->host;
  const bool in_its_turn = cooperator->turning == task;
  if (is_queued(task)) coop__dequeue(cooperator, task);
  coop__remove_member(cooperator, task);
  task->end = (uint8_t)end;
  task->state = end == COOP_TASK_DONE     ? COOP_STATE_DONE
                : end == COOP_TASK_FAILED ? COOP_STATE_FAILED
                                          : COOP_STATE_STOPPED;
  task->owner.host = host;
  if (in_its_turn) task->references++; /* the end of the turn drops the cooperator's */
}

void coop__task_finish(coop_task *task, coop_status end) {
  leave(task, end);
  nest(task);
}

/* ---- stopping (J3) ---- */

static void report(const coop_task *task, coop_failure failure) {
  const coop_host *host = coop__known(host_of(task));
  if (host->unhandled != NULL) host->unhandled(host->context, failure);
}

/* The failure with which a turn that returned `turn` ends its iterator. */
static coop_failure failure_of_turn(const coop_task *task, coop_turn turn) {
  if (turn != COOP_FAILED) return (coop_failure){COOP_INVALID_ARGUMENT, NULL};
  return task->outcome.status <= COOP_PENDING ? (coop_failure){COOP_FAILURE, NULL} : task->outcome;
}

/* Finishes a task that was stopped; a `failure` that is none is COOP_OK. */
static void end_stopped(coop_task *task, coop_failure failure) {
  const coop_status reason = (coop_status)task->stopped_with;
  task->outcome = (coop_result){reason, NULL};
  leave(task, reason);                                  /* first: the report may call anything */
  if (failure.status != COOP_OK) report(task, failure); /* D7 */
  if (!task->in_stop) nest(task);
}

void coop__task_end_stopped(coop_task *task, coop_turn turn) {
  end_stopped(task, turn == COOP_DONE ? (coop_failure){COOP_OK, NULL} : failure_of_turn(task, turn));
}

static bool goes_on(coop_turn turn) { return turn == COOP_MORE || turn == COOP_WAIT; }

/* The task is stopped, and not on the stack: begins its clean-up, or gives it up on a destroyed cooperator. */
static void clean_up(coop_task *task) {
  coop_cooperator *cooperator = task->owner.cooperator;
  coop_turn turn;
  bool last;
  coop__hold(cooperator);
  task->cleaning_up = task->in_stop = true;
  do {
    last = cooperator->lifecycle == COOP__DESTROYED;
    turn = task->stop(task, task->iterator_state, last);
  } while (goes_on(turn) && !last && cooperator->lifecycle == COOP__DESTROYED && !has_finished(task));
  task->in_stop = false;
  if (has_finished(task)) /* its suspended turn has ended in the call */
    nest(task);
  else if (!goes_on(turn))
    coop__task_end_stopped(task, turn);
  else if (last)
    end_stopped(task, (coop_failure){COOP_SCHEDULER_STOPPED, NULL}); /* it is given up */
  else if (task->state == COOP_STATE_RUNNABLE && !is_queued(task))   /* it was woken in the call */
    coop__enqueue(cooperator, task);
  else if (turn == COOP_MORE)
    coop_task_wake(task);
  coop__release_hold(cooperator);
}

static void begin_clean_up(coop_task *task) {
  if (task->stop != NULL)
    nest(task);
  else
    coop__task_end_stopped(task, COOP_DONE);
}

void coop__task_clean_up(coop_task *task) {
  if (task->in_stop) return; /* clean_up() sees that the cooperator is destroyed when the call returns */
  if (is_queued(task)) coop__dequeue(task->owner.cooperator, task);
  task->state = COOP_STATE_WAITING;
  begin_clean_up(task);
}

/* The task no longer awaits what it awaits, which keeps an observer of it. */
static void give_up_wait(coop_task *task) {
  if (task->awaited.status != COOP_PENDING || task->awaited.value == NULL) return;
  task->awaited.value = NULL;
  task->gave_up_wait = true;
}

void coop__task_stop(coop_task *task, coop_status reason) {
  coop_cooperator *cooperator = task->owner.cooperator;
  const bool turning = cooperator->turning == task, destroyed = cooperator->lifecycle == COOP__DESTROYED;
  if (task->stopped_with == COOP_OK) {
    task->stopped_with = (uint8_t)reason;
    give_up_wait(task); /* what it waits for comes too late */
  } else if (!destroyed) {
    return;
  }
  if (turning && !cooperator->turn_suspended) { /* the end of the turn does the rest */
    if (is_queued(task)) coop__dequeue(cooperator, task);
    task->state = COOP_STATE_WAITING;
  } else if (turning && !destroyed) { /* the turn goes on, as one of the clean-up */
    if (!is_queued(task)) coop__enqueue(cooperator, task);
    begin_clean_up(task);
  } else {
    coop__task_clean_up(task);
  }
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
      .stop = iterator.stop,
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
  if (is_member(task)) return task->stopped_with != COOP_OK ? (coop_status)task->stopped_with : COOP_INVALID_ARGUMENT;
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
  if (coop__is_held(task) && is_queued(task)) coop__dequeue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_resume(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (task->pauses == 0) return COOP_NOT_PAUSED;
  task->pauses--;
  if (is_member(task) && !is_queued(task) && !task->in_stop && task->pauses == 0 && task->state == COOP_STATE_RUNNABLE)
    coop__enqueue(task->owner.cooperator, task);
  return COOP_OK;
}

coop_status coop_task_stop(coop_task *task) {
  if (task == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  if (task->stopped_with != COOP_OK) return (coop_status)task->stopped_with;
  if (is_member(task))
    coop__task_stop(task, COOP_TASK_STOPPED);
  else
    stop_unstarted(coop_task_retain(task));
  return COOP_OK;
}

/* Hands a reference over to the cooperator, which may have to give turns to the clean-up. */
static void stop_unstarted(coop_task *task) {
  coop_cooperator *cooperator = task->owner.cooperator;
  coop__add_member(cooperator, task);
  coop__task_stop(task, COOP_TASK_STOPPED);
  coop__release_hold(cooperator);
}

/* ---- waiting ---- */

void coop_task_wake(coop_task *task) {
  if (task == NULL || has_finished(task)) return;
  coop_cooperator *cooperator = task->owner.cooperator;
  if (is_stopped_in_turn(task) || cooperator->lifecycle == COOP__DESTROYED) return; /* there will be no turn */
  if (task->state == COOP_STATE_WAITING) {
    task->state = COOP_STATE_RUNNABLE;
    if (!coop__is_held(task) && !task->in_stop) coop__enqueue(cooperator, task);
  } else if (cooperator->turning == task) {
    cooperator->woken_in_turn = coop__turn_number(cooperator);
  }
}

bool coop__task_take_awaited(coop_task *task, const coop_deferred *deferred, coop_result result) {
  /* The task may have finished, or somebody else has woken it and it awaits another Deferred by now. */
  const bool is_awaited =
      !has_finished(task) && task->awaited.status == COOP_PENDING && task->awaited.value == deferred;
  if (is_awaited) {
    task->awaited = result;
    coop_task_wake(task);
  }
  return is_awaited;
}

static bool observe_awaited(void *context, coop_deferred *deferred, coop_result result) {
  coop_task *task = context;
  const bool is_awaited = coop__task_take_awaited(task, deferred, result);
  coop_task_release(task);
  return is_awaited; /* a failure that comes too late for the task is unhandled (D7) */
}

static void drop_awaiting(void *context) { coop_task_release(context); }

coop_status coop_task_await(coop_task *task, coop_deferred *deferred) {
  if (task == NULL || deferred == NULL) return COOP_INVALID_ARGUMENT;
  if (has_finished(task)) return (coop_status)task->end;
  if (is_stopped_in_turn(task)) return (coop_status)task->stopped_with;
  const coop_result before = task->awaited;
  give_up_wait(task); /* somebody else has woken it */
  task->awaited = (coop_result){COOP_PENDING, deferred};
  /* A wait begins here in the chain, also if an earlier one for the same Deferred was given up. */
  if (task->gave_up_wait && coop__deferred_observe_last(deferred, observe_awaited, task)) return COOP_OK;
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
  if (!has_finished(task))
    task->outcome = failure;
  else
    report(task, failure); /* stopped in this very turn, which was suspended: nothing else can take the failure */
}

coop_state coop_task_state(const coop_task *task) {
  if (has_finished(task)) return (coop_state)task->state;
  if (task->stopped_with != COOP_OK) return COOP_STATE_STOPPING;
  return task->pauses != 0 ? COOP_STATE_PAUSED : (coop_state)task->state;
}

coop_status coop_task_stopped_with(const coop_task *task) { return (coop_status)task->stopped_with; }

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
  if (has_finished(task) && task->call.run == NULL)
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
