/*
 * Cooperators: the queue, the slices, and the end of all tasks at once.
 *
 * Invariants.
 * - `head` is a circular list of the tasks that can have a turn; the next one is the head, the one before it
 *   the last. Only the head can have begun its share (`share_left`).
 * - `members` and `doomed` together hold every task that has not finished, in the order of adding, `doomed`
 *   first. `doomed` is empty except inside coop_cooperator_stop.
 * - A slice is pending at the host only while the cooperator runs, a task can have a turn, and no slice is
 *   being given.
 * - The struct outlives every call that is still using it (`holds`), whatever a callback does.
 */

#include "internal.h"

#include <math.h>

coop_status coop_cooperator_create(const coop_host *host, const coop_cooperator_options *options,
                                   coop_cooperator **out) {
  static const coop_cooperator_options defaults = {0};
  if (options == NULL) options = &defaults;
  if (host == NULL || host->allocate == NULL || host->free == NULL || host->schedule == NULL || out == NULL ||
      !(options->slice_ms >= 0))
    return COOP_INVALID_ARGUMENT;
  coop_cooperator *cooperator = coop__allocate(host, sizeof *cooperator);
  if (cooperator == NULL) return COOP_NO_MEMORY;
  *cooperator = (coop_cooperator){.host = host, .started = !options->not_started, .options = *options};
  if (options->slice_ms == 0) cooperator->options.slice_ms = COOP_DEFAULT_SLICE_MS;
  *out = cooperator;
  return COOP_OK;
}

void coop__release_hold(coop_cooperator *cooperator) {
  if (--cooperator->holds == 0 && cooperator->destroyed) coop__free(cooperator->host, cooperator, sizeof *cooperator);
}

void coop_cooperator_destroy(coop_cooperator *cooperator) {
  if (cooperator == NULL || cooperator->destroyed) return;
  cooperator->holds++;
  cooperator->destroyed = true; /* from here on it cannot be started again */
  (void)coop_cooperator_stop(cooperator);
  coop__release_hold(cooperator);
}

void *coop_cooperator_context(const coop_cooperator *cooperator) { return cooperator->options.context; }

void coop_cooperator_set_context(coop_cooperator *cooperator, void *context) { cooperator->options.context = context; }

bool coop_cooperator_running(const coop_cooperator *cooperator) { return cooperator->started && !cooperator->stopped; }

/* ---- the pending slice (S4) ---- */

static void want_slice(coop_cooperator *cooperator) {
  if (cooperator->head == NULL || cooperator->pending || cooperator->slicing || cooperator->doomed != NULL ||
      !coop_cooperator_running(cooperator))
    return;
  const coop_host *host = cooperator->host;
  const uint32_t request = ++cooperator->requests;
  cooperator->holds++;
  cooperator->pending = true; /* first: the hook may call back at once, and be called again for that */
  if (host->schedule(host->context, cooperator) != COOP_OK && request == cooperator->requests)
    cooperator->pending = false;
  coop__release_hold(cooperator);
}

static void unwant_slice(coop_cooperator *cooperator) {
  if (!cooperator->pending) return;
  const coop_host *host = cooperator->host;
  cooperator->pending = false;
  if (host->cancel != NULL) host->cancel(host->context, cooperator);
}

/* ---- the queue ---- */

void coop__enqueue(coop_cooperator *cooperator, coop_task *task) {
  COOP__APPEND(cooperator->head, task, queue);
  cooperator->queued++;
  want_slice(cooperator);
}

void coop__dequeue(coop_cooperator *cooperator, coop_task *task) {
  if (task == cooperator->head) cooperator->share_left = 0;
  if (task == cooperator->turning) cooperator->left_in = coop__turn_number(cooperator);
  COOP__REMOVE(cooperator->head, task, queue);
  cooperator->queued--;
  if (cooperator->head == NULL) unwant_slice(cooperator);
}

void coop__forget(coop_cooperator *cooperator, coop_task *task) {
  /* the two lists are circles: only their first elements tell them apart */
  if (task == cooperator->doomed)
    COOP__REMOVE(cooperator->doomed, task, members);
  else
    COOP__REMOVE(cooperator->members, task, members);
}

/* ---- start and stop ---- */

coop_status coop_cooperator_start(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  if (cooperator->destroyed) return COOP_SCHEDULER_STOPPED;
  cooperator->stopped = false;
  cooperator->started = true;
  want_slice(cooperator);
  return COOP_OK;
}

/* Moves all that are in `members` behind what is in `doomed`. */
static void doom_all(coop_cooperator *cooperator) {
  coop_task *added = cooperator->members, *before = cooperator->doomed;
  cooperator->members = NULL;
  if (added == NULL) return;
  if (before == NULL) {
    cooperator->doomed = added;
    return;
  }
  coop_task *last_before = before->members.previous, *last_added = added->members.previous;
  last_before->members.next = added;
  added->members.previous = last_before;
  last_added->members.next = before;
  before->members.previous = last_added;
}

coop_status coop_cooperator_stop(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  cooperator->holds++;
  cooperator->stopped = true;
  unwant_slice(cooperator);
  doom_all(cooperator);
  /* A callback may stop tasks, add tasks, stop or start the cooperator: whoever empties the list, it ends
     empty, and what was added after a start stands in `members`. */
  while (cooperator->doomed != NULL)
    coop__task_complete(cooperator->doomed, COOP_SCHEDULER_STOPPED, COOP_STATE_STOPPED,
                        (coop_result){COOP_SCHEDULER_STOPPED, NULL});
  want_slice(cooperator);
  coop__release_hold(cooperator);
  return COOP_OK;
}

coop_task *coop_cooperator_first_task(const coop_cooperator *cooperator) {
  return cooperator->doomed != NULL ? cooperator->doomed : cooperator->members;
}

coop_task *coop_task_next(const coop_task *task) {
  const coop_cooperator *cooperator = task->owner.cooperator;
  coop_task *next = task->members.next;
  if (next == NULL) return NULL; /* it has not been started */
  if (next == cooperator->doomed) return cooperator->members;
  return next == cooperator->members ? NULL : next;
}

/* ---- slices ---- */

/* Asks the termination-predicate factory (S3) and starts the clock. */
static void set_limit(coop_cooperator *cooperator) {
  const coop_cooperator_options *options = &cooperator->options;
  coop_slice_limit *limit = &cooperator->limit;
  *limit = (coop_slice_limit){.ms = (double)INFINITY};
  if (options->predicate_factory == NULL) {
    limit->ms = options->slice_ms;
  } else if (options->predicate_factory(options->context, limit) != COOP_OK || isnan(limit->ms) ||
             ((limit->ask || limit->hint) && options->predicate == NULL)) {
    /* J7: on with the work, as little of it as there can be */
    *limit = (coop_slice_limit){.ms = (double)INFINITY, .turns = 1};
  }
  cooperator->turns_left = limit->turns;
  cooperator->by_time = !limit->ask && limit->turns == 0;
  coop__meter_start(cooperator);
}

static void leave_slice(coop_cooperator *cooperator) {
  cooperator->stats.turns += cooperator->meter.turns;
  coop__meter_stop(cooperator);
  cooperator->slicing = false;
  want_slice(cooperator);
}

/* Begins the slice that was asked for, and as long as the host calls back at once (S5) the one after that. Returns the
   task that has the first turn, or NULL when no slice is left to give. */
static coop_task *enter_slice(coop_cooperator *cooperator) {
  while (cooperator->run_again) {
    cooperator->run_again = false;
    cooperator->slicing = true;
    set_limit(cooperator);
    if (cooperator->head != NULL) return cooperator->head;
    leave_slice(cooperator); /* the factory has left nothing to do */
  }
  cooperator->in_run = false;
  coop__release_hold(cooperator);
  return NULL;
}

static void to_the_end(coop_cooperator *cooperator, coop_task *task) {
  coop__dequeue(cooperator, task);
  coop__enqueue(cooperator, task);
}

/* A runnable task has had a turn: it goes to the end of the queue, unless it has a share that is not used up (S2). */
static void go_on(coop_cooperator *cooperator, coop_task *task) {
  if (task != cooperator->head || cooperator->left_in == coop__turn_number(cooperator) - 1) {
    to_the_end(cooperator, task); /* it left the queue in its turn, and others came after it came back */
  } else {
    if (cooperator->share_left == 0) cooperator->share_left = task->share;
    if (--cooperator->share_left == 0) cooperator->head = task->queue.next;
  }
}

/* What is left to do after a turn that did not say COOP_MORE, or whose task left the queue in it. */
static void end_unusual_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  if (task->answer != COOP_OK) { /* finished from inside its turn */
    coop__task_close_late(task);
    return;
  }
  const bool woken = cooperator->woken_in == coop__turn_number(cooperator) - 1;
  const coop_result said = task->outcome;
  switch (turn) {
    case COOP_MORE: /* it has paused itself */
      break;
    case COOP_WAIT:
      if (!woken) {
        task->state_now = COOP_STATE_WAITING;
        if (task->queue.next != NULL) coop__dequeue(cooperator, task);
      } else if (task->queue.next != NULL) { /* it need not wait, but the others have their turns first (S2) */
        to_the_end(cooperator, task);
      }
      break;
    case COOP_DONE:
      coop__task_complete(task, COOP_TASK_DONE, COOP_STATE_DONE,
                          said.status == COOP_OK ? said : (coop_result){COOP_OK, NULL});
      break;
    case COOP_FAILED:
      coop__task_complete(task, COOP_TASK_FAILED, COOP_STATE_FAILED,
                          said.status > COOP_PENDING ? said : (coop_result){COOP_FAILURE, NULL});
      break;
    default:
      coop__task_complete(task, COOP_TASK_FAILED, COOP_STATE_FAILED, (coop_result){COOP_INVALID_ARGUMENT, NULL});
  }
}

/*
 * The turn after which there is more to do than to let the next task have its own: the clock is read, or the predicate
 * asked, or the task does not just go to the end of the queue. Returns the task that has the next turn.
 */
static COOP__NOINLINE coop_task *end_any_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  const coop_slice_limit *limit = &cooperator->limit;
  bool over = false, ask = limit->ask;
  const bool usual = turn == COOP_MORE && task->queue.next != NULL;
  /* a task that finishes is charged before those are told who may ask what it cost */
  const bool finishes = !usual && (task->answer != COOP_OK || (turn != COOP_MORE && turn != COOP_WAIT));
  cooperator->turning = NULL;
  if (cooperator->meter.left_ms <= 0 || finishes) {
    cooperator->stats.turns += cooperator->meter.turns;
    over = coop__meter_read(cooperator, task);
    ask = ask || limit->hint;
  }
  if (!usual) {
    end_unusual_turn(cooperator, task, turn);
    if (finishes) over = coop__meter_skip(cooperator) || over;
  } else {
    go_on(cooperator, task);
  }
  if (ask && !cooperator->destroyed && cooperator->options.predicate(cooperator->options.context)) over = true;
  if (limit->turns != 0 && --cooperator->turns_left == 0) over = true;
  if (!over && cooperator->head != NULL) return cooperator->head;
  leave_slice(cooperator);
  return enter_slice(cooperator);
}

/*
 * What all is about: nearly every turn just says COOP_MORE. It touches its task, the head of the queue and the meter;
 * the clock is read only when the predicted cost of the turns since the last reading has used up what was granted
 * (slice.c). Returns the task that has the next turn.
 */
static COOP__INLINE coop_task *end_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  struct coop__meter *const meter = &cooperator->meter;
  task->turns++;
  meter->turns++;
  meter->left_ms -= task->cost_ms + meter->grain_ms;
  if (turn == COOP_MORE && task == cooperator->head && task->share == 1 && meter->left_ms > 0 && cooperator->by_time)
    return cooperator->head = task->queue.next;
  return end_any_turn(cooperator, task, turn);
}

/* Gives the turns of the tasks that have a step, from `task` on. Returns the next that has none; NULL when no slice is
   left to give, after which the cooperator may be gone. */
static COOP__NOINLINE coop_task *give_turns(coop_cooperator *cooperator, coop_task *task) {
  while (task != NULL) {
    cooperator->turning = task;
    if (task->step == NULL) break;
    task = end_turn(cooperator, task, task->step(task, task->state));
  }
  return task;
}

coop_task *coop_cooperator_begin_slice(coop_cooperator *cooperator) {
  if (cooperator == NULL || !cooperator->pending) return NULL;
  cooperator->pending = false;
  cooperator->run_again = true;
  if (cooperator->in_run) return NULL; /* S5: the slice that is being given goes on */
  cooperator->holds++;
  cooperator->in_run = true;
  return give_turns(cooperator, enter_slice(cooperator));
}

coop_task *coop_cooperator_end_turn(coop_cooperator *cooperator, coop_turn turn) {
  if (cooperator == NULL || cooperator->turning == NULL) return NULL;
  coop_task *next = end_turn(cooperator, cooperator->turning, turn);
  if (next == NULL || next->step != NULL) return give_turns(cooperator, next);
  return cooperator->turning = next;
}

coop_task *coop_cooperator_turning(const coop_cooperator *cooperator) { return cooperator->turning; }

void coop_cooperator_run_slice(coop_cooperator *cooperator) {
  coop_task *task = coop_cooperator_begin_slice(cooperator);
  while (task != NULL) { /* nobody is there to give its turns */
    coop_task_set_failure(task, (coop_failure){COOP_INVALID_ARGUMENT, NULL});
    task = coop_cooperator_end_turn(cooperator, COOP_FAILED);
  }
}

bool coop_cooperator_should_yield(coop_cooperator *cooperator) {
  if (cooperator == NULL || coop__now(cooperator) >= cooperator->meter.deadline_ms) return true;
  if (cooperator->by_time || !cooperator->slicing) return !cooperator->by_time;
  if (cooperator->limit.turns != 0 && cooperator->turns_left <= 1) return true;
  return cooperator->limit.ask && cooperator->options.predicate(cooperator->options.context);
}

void coop_cooperator_get_stats(const coop_cooperator *cooperator, coop_cooperator_stats *out) {
  *out = cooperator->stats;
}
