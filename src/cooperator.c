/*
 * Cooperators: their slices and turns, start and stop.
 *
 * A slice runs like this. The host begins it (coop_cooperator_begin_slice or coop_cooperator_run_slice). The head of
 * the queue has a turn, which run_turns calls if the task has a step; otherwise the host runs it and reports it with
 * coop_cooperator_end_turn. end_turn then moves the task on in the queue and returns the task that has the next turn,
 * until a limit of the slice is reached or the queue is empty. Then a new slice is requested if there is work left; if
 * the host begins that one at once, it is opened here, in the same loop, and not inside that call (S5).
 *
 * queue.h describes the struct, queue.c its invariants.
 */

#include <math.h>

#include "task.h"

coop_status coop_cooperator_create(const coop_host *host, const coop_cooperator_options *options,
                                   coop_cooperator **out) {
  static const coop_cooperator_options defaults = {0};
  if (options == NULL) options = &defaults;
  if (host == NULL || host->allocate == NULL || host->free == NULL || host->schedule == NULL || out == NULL ||
      !(options->slice_ms >= 0))
    return COOP_INVALID_ARGUMENT;
  coop_cooperator *cooperator = coop__allocate(host, sizeof *cooperator);
  if (cooperator == NULL) return COOP_NO_MEMORY;
  *cooperator = (coop_cooperator){
      .host = host,
      .lifecycle = options->not_started ? COOP__NOT_STARTED : COOP__RUNNING,
      .options = *options,
  };
  if (options->slice_ms == 0) cooperator->options.slice_ms = COOP_DEFAULT_SLICE_MS;
  *out = cooperator;
  return COOP_OK;
}

void *coop_cooperator_context(const coop_cooperator *cooperator) { return cooperator->options.context; }

void coop_cooperator_set_context(coop_cooperator *cooperator, void *context) { cooperator->options.context = context; }

/* ---- start and stop ---- */

bool coop_cooperator_running(const coop_cooperator *cooperator) { return cooperator->lifecycle == COOP__RUNNING; }

coop_status coop_cooperator_start(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  if (cooperator->lifecycle == COOP__DESTROYED) return COOP_SCHEDULER_STOPPED;
  cooperator->lifecycle = COOP__RUNNING;
  coop__request_slice(cooperator);
  return COOP_OK;
}

/* Finishes all tasks. `lifecycle` is COOP__STOPPED or COOP__DESTROYED, of which the latter is final. */
static void stop(coop_cooperator *cooperator, coop__lifecycle lifecycle) {
  coop__hold(cooperator);
  if (cooperator->lifecycle < lifecycle) cooperator->lifecycle = (uint8_t)lifecycle;
  coop__cancel_slice(cooperator);
  coop__move_members_to_stopping(cooperator);
  /* A callback may stop tasks, add tasks, stop or start the cooperator. Whichever call takes the last task out of
     `stopping`, it ends up empty, and tasks that were added after a start are in `members`. */
  while (cooperator->stopping != NULL) coop__task_stop(cooperator->stopping, COOP_SCHEDULER_STOPPED);
  coop__request_slice(cooperator);
  coop__release_hold(cooperator);
}

coop_status coop_cooperator_stop(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  stop(cooperator, COOP__STOPPED);
  return COOP_OK;
}

void coop_cooperator_destroy(coop_cooperator *cooperator) {
  if (cooperator == NULL || cooperator->lifecycle == COOP__DESTROYED) return;
  stop(cooperator, COOP__DESTROYED);
}

/* ---- slices ---- */

/* Calls the termination-predicate factory (S3) and starts the clock. */
static void set_limit(coop_cooperator *cooperator) {
  const coop_cooperator_options *options = &cooperator->options;
  coop_slice_limit *limit = &cooperator->limit;
  *limit = (coop_slice_limit){.ms = (double)INFINITY};
  if (options->predicate_factory == NULL) {
    limit->ms = options->slice_ms;
  } else if (options->predicate_factory(options->context, limit) != COOP_OK || isnan(limit->ms) ||
             ((limit->ask || limit->hint) && options->predicate == NULL)) {
    /* Go on, with as little work as possible (J7). */
    *limit = (coop_slice_limit){.ms = (double)INFINITY, .turns = 1};
  }
  cooperator->turns_left = limit->turns;
  cooperator->only_time_limits = !limit->ask && limit->turns == 0;
  cooperator->stats.slices++;
  coop__meter_start(&cooperator->meter, cooperator->host, limit->ms);
}

static void close_slice(coop_cooperator *cooperator) {
  coop_cooperator_stats *stats = &cooperator->stats;
  stats->turns += cooperator->meter.turns;
  const double slice_ms = coop__meter_stop(&cooperator->meter, cooperator->host);
  if (slice_ms > 0) {
    stats->busy_ms += slice_ms;
    if (slice_ms > stats->longest_slice_ms) stats->longest_slice_ms = slice_ms;
  }
  cooperator->slice = COOP__SLICE_NONE;
  coop__request_slice(cooperator);
}

/* Opens the granted slice, and the next one for as long as the host grants them at once (S5). Returns the task that has
   the first turn; NULL if no slice is granted, after which the cooperator may be gone. */
static coop_task *open_slice(coop_cooperator *cooperator) {
  while (cooperator->slice == COOP__SLICE_GRANTED) {
    cooperator->slice = COOP__SLICE_OPEN;
    set_limit(cooperator);
    if (cooperator->head != NULL) return cooperator->head;
    close_slice(cooperator); /* the factory has stopped or paused all tasks */
  }
  cooperator->in_run = false;
  coop__release_hold(cooperator);
  return NULL;
}

/* ---- turns ---- */

static void move_to_end(coop_cooperator *cooperator, coop_task *task) {
  coop__dequeue(cooperator, task);
  coop__enqueue(cooperator, task);
}

/* The task goes to the end of the queue after its turn, unless some of its share is left (S2). */
static void move_on(coop_cooperator *cooperator, coop_task *task) {
  if (task != cooperator->head || cooperator->dequeued_in_turn == coop__turn_number(cooperator) - 1) {
    move_to_end(cooperator, task); /* it left the queue in its turn, and came back before others did */
  } else {
    if (cooperator->share_left == 0) cooperator->share_left = task->share;
    if (--cooperator->share_left == 0) cooperator->head = task->queue.next;
  }
}

/* What a turn comes to that did not return COOP_MORE, or whose task left the queue in it. */
static void end_unusual_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  if (task->end != COOP_OK) { /* it finished inside its turn */
    coop__task_end_last_turn(task);
    return;
  }
  const bool woken = cooperator->woken_in_turn == coop__turn_number(cooperator) - 1;
  switch (turn) {
    case COOP_MORE: /* it has paused itself */
      break;
    case COOP_WAIT:
      if (!woken) {
        task->state = COOP_STATE_WAITING;
        if (task->queue.next != NULL) coop__dequeue(cooperator, task);
      } else if (task->queue.next != NULL) { /* it need not wait, but the others have their turns first (S2) */
        move_to_end(cooperator, task);
      }
      break;
    case COOP_DONE:
      if (task->outcome.status != COOP_OK) task->outcome = (coop_result){COOP_OK, NULL};
      coop__task_finish(task, COOP_TASK_DONE);
      break;
    case COOP_FAILED:
      if (task->outcome.status <= COOP_PENDING) task->outcome = (coop_result){COOP_FAILURE, NULL};
      coop__task_finish(task, COOP_TASK_FAILED);
      break;
    default:
      task->outcome = (coop_result){COOP_INVALID_ARGUMENT, NULL};
      coop__task_finish(task, COOP_TASK_FAILED);
  }
}

/* `task`: NULL if the turn may have been that of several tasks. */
static void note_long_turn(coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  const coop_host *host = cooperator->host;
  const bool longest = duration_ms > cooperator->stats.longest_turn_ms;
  if (longest) cooperator->stats.longest_turn_ms = duration_ms;
  if ((longest || duration_ms > cooperator->limit.ms) && host->long_turn != NULL)
    host->long_turn(host->context, cooperator, task, duration_ms);
}

/* Reads the clock after a turn of `task`. Returns whether the time of the slice is over. */
static bool read_meter(coop_cooperator *cooperator, coop_task *task) {
  coop__meter *meter = &cooperator->meter;
  const uint32_t turns = meter->turns;
  cooperator->stats.turns += turns;
  const float long_turn_ms = coop__meter_read(meter, cooperator->host, &task->cost, cooperator->queued);
  if (long_turn_ms > 0)
    note_long_turn(cooperator, turns == 1 || cooperator->queued <= 1 ? task : NULL, (double)long_turn_ms);
  return coop__meter_is_over(meter);
}

/*
 * Ends a turn after which there is more to do than to move on to the next task: the clock is due, the predicate is
 * called, the slice has a number of turns, or the task does not simply go to the end of the queue. Returns the task
 * that has the next turn, as open_slice.
 */
static COOP__NOINLINE coop_task *end_any_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  const coop_slice_limit *limit = &cooperator->limit;
  bool over = false, ask = limit->ask;
  const bool usual = turn == COOP_MORE && task->queue.next != NULL;
  const bool finishes = !usual && (task->end != COOP_OK || (turn != COOP_MORE && turn != COOP_WAIT));
  cooperator->turning = NULL;
  /* A task that finishes is charged first, because its close function and callbacks may query its statistics. */
  if (cooperator->meter.budget_left_ms <= 0 || finishes) {
    over = read_meter(cooperator, task);
    ask = ask || limit->hint;
  }
  if (usual) {
    move_on(cooperator, task);
  } else {
    end_unusual_turn(cooperator, task, turn);
    if (finishes) { /* the callbacks took time that is no task's */
      coop__meter_skip(&cooperator->meter, cooperator->host);
      over = coop__meter_is_over(&cooperator->meter);
    }
  }
  if (ask && cooperator->lifecycle != COOP__DESTROYED && cooperator->options.predicate(cooperator->options.context))
    over = true;
  if (limit->turns != 0 && --cooperator->turns_left == 0) over = true;
  if (!over && cooperator->head != NULL) return cooperator->head;
  close_slice(cooperator);
  return open_slice(cooperator);
}

/*
 * Hot path: almost every turn returns COOP_MORE. Then only the task, the head of the queue and the meter are touched.
 * Returns the task that has the next turn.
 */
static COOP__INLINE coop_task *end_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  const bool budget_left = coop__meter_count(&cooperator->meter, &task->cost);
  if (turn == COOP_MORE && task == cooperator->head && task->share == 1 && budget_left && cooperator->only_time_limits)
    return cooperator->head = task->queue.next;
  return end_any_turn(cooperator, task, turn);
}

/* Runs the turns of tasks that have a step, from `task` on. Returns the first task that has none; NULL if no slice is
   granted any more, after which the cooperator may be gone. */
static COOP__NOINLINE coop_task *run_turns(coop_cooperator *cooperator, coop_task *task) {
  while (task != NULL) {
    cooperator->turning = task;
    if (task->step == NULL) break;
    task = end_turn(cooperator, task, task->step(task, task->iterator_state));
  }
  return task;
}

coop_task *coop_cooperator_begin_slice(coop_cooperator *cooperator) {
  if (cooperator == NULL || cooperator->slice != COOP__SLICE_PENDING) return NULL;
  cooperator->slice = COOP__SLICE_GRANTED;
  if (cooperator->in_run) return NULL; /* the call that closed the last slice opens this one (S5) */
  coop__hold(cooperator);
  cooperator->in_run = true;
  return run_turns(cooperator, open_slice(cooperator));
}

coop_task *coop_cooperator_end_turn(coop_cooperator *cooperator, coop_turn turn) {
  if (cooperator == NULL || cooperator->turning == NULL) return NULL;
  coop_task *next = end_turn(cooperator, cooperator->turning, turn);
  if (next == NULL || next->step != NULL) return run_turns(cooperator, next);
  return cooperator->turning = next;
}

void coop_cooperator_run_slice(coop_cooperator *cooperator) {
  coop_task *task = coop_cooperator_begin_slice(cooperator);
  while (task != NULL) { /* it has no step, and this host runs no turns */
    coop_task_set_failure(task, (coop_failure){COOP_INVALID_ARGUMENT, NULL});
    task = coop_cooperator_end_turn(cooperator, COOP_FAILED);
  }
}

coop_task *coop_cooperator_turning(const coop_cooperator *cooperator) { return cooperator->turning; }

bool coop_cooperator_should_yield(coop_cooperator *cooperator) {
  if (cooperator == NULL || coop__meter_is_over_now(&cooperator->meter, cooperator->host)) return true;
  if (cooperator->only_time_limits) return false;
  if (cooperator->slice != COOP__SLICE_OPEN) return true;
  if (cooperator->limit.turns != 0 && cooperator->turns_left <= 1) return true;
  return cooperator->limit.ask && cooperator->options.predicate(cooperator->options.context);
}

void coop_cooperator_get_stats(const coop_cooperator *cooperator, coop_cooperator_stats *out) {
  *out = cooperator->stats;
}
