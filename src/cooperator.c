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

/* The range of the default quantum: large enough that skipping a task takes little time beside its turns, and small
   enough that a round of many tasks is short. */
static const double QUANTUM_MIN_MS = 0.01, QUANTUM_MAX_MS = 1;

/* The least that a turn is charged by time, for clocks that stand still. A smaller quantum would have no effect. */
static const float TURN_CHARGE_MIN_MS = 0.00001f;

coop_status coop_cooperator_create(const coop_host *host, const coop_cooperator_options *options,
                                   coop_cooperator **out) {
  static const coop_cooperator_options defaults = {0};
  if (options == NULL) options = &defaults;
  if (host == NULL || host->allocate == NULL || host->free == NULL || host->schedule == NULL || out == NULL ||
      !(options->slice_ms >= 0) || !(options->quantum_ms >= 0 && options->quantum_ms < (double)INFINITY))
    return COOP_INVALID_ARGUMENT;
  coop_cooperator *cooperator = coop__allocate(host, sizeof *cooperator);
  if (cooperator == NULL) return COOP_NO_MEMORY;
  *cooperator = (coop_cooperator){0};
  cooperator->host = host;
  cooperator->lifecycle = options->not_started ? COOP__NOT_STARTED : COOP__RUNNING;
  cooperator->options = *options;
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
  if (coop__is_paused(cooperator)) coop__cancel_slice(cooperator); /* which was for clean-ups */
  coop__request_slice(cooperator);
  return COOP_OK;
}

coop_status coop_cooperator_pause(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  cooperator->pauses++;
  if (cooperator->lifecycle == COOP__RUNNING) coop__cancel_slice(cooperator);
  coop__meter_spend(&cooperator->meter); /* so that end_any_turn ends the slice */
  return COOP_OK;
}

coop_status coop_cooperator_resume(coop_cooperator *cooperator) {
  if (cooperator == NULL) return COOP_INVALID_ARGUMENT;
  if (cooperator->pauses == 0) return COOP_NOT_PAUSED;
  cooperator->pauses--;
  coop__request_slice(cooperator);
  return COOP_OK;
}

/* Stops all tasks. `lifecycle` is COOP__STOPPED or COOP__DESTROYED, of which the latter is final and ends clean-ups. */
static void stop(coop_cooperator *cooperator, coop__lifecycle lifecycle) {
  coop__hold(cooperator);
  if (cooperator->lifecycle < lifecycle) cooperator->lifecycle = (uint8_t)lifecycle;
  coop__cancel_slice(cooperator);
  coop__move_members_to_stopping(cooperator);
  /* A callback may stop tasks, add tasks, stop or start the cooperator. Whichever call takes the last task out of
     `stopping`, it ends up empty, and tasks that were added after a start are in `members`. */
  for (coop_task *task; (task = cooperator->stopping) != NULL;) {
    coop__remove_member(cooperator, task);
    coop__add_member(cooperator, task); /* its clean-up may go on */
    coop__task_stop(task, COOP_SCHEDULER_STOPPED);
  }
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

static double at_least(double least, double value) { return value > least ? value : least; }
static double at_most(double most, double value) { return value < most ? value : most; }

/* By time: what a share of 1 gets in each round. By default a round takes as long as a slice, or less if that would
   make tasks wait long. */
static double choose_quantum_ms(const coop_cooperator *cooperator) {
  const double quantum_ms = cooperator->options.quantum_ms;
  if (quantum_ms != 0) return at_least((double)TURN_CHARGE_MIN_MS, quantum_ms);
  const double round_ms = at_most(COOP_DEFAULT_SLICE_MS, cooperator->limit.ms);
  return at_least(QUANTUM_MIN_MS, at_most(QUANTUM_MAX_MS, round_ms / (double)cooperator->queued));
}

/* Chooses the kind of fairness for the slice. By time (S13) needs a clock and a slice that only time ends. */
static void set_fairness(coop_cooperator *cooperator) {
  const bool by_time = cooperator->options.fairness == COOP_FAIR_BY_TIME && cooperator->only_time_limits &&
                       coop__known(cooperator->host)->now_ms != NULL;
  cooperator->plain_turns = cooperator->only_time_limits && !by_time;
  if (by_time) cooperator->quantum_ms = choose_quantum_ms(cooperator);
  cooperator->measures_rows = by_time && cooperator->quantum_ms >= (double)COOP__BUDGET_MAX_MS;
  if (by_time != cooperator->by_time) {
    cooperator->by_time = by_time;
    coop__reset_credits(cooperator);
  }
}

/* Calls the termination-predicate factory (S3) and starts the clock. */
static void set_limit(coop_cooperator *cooperator) {
  const coop_cooperator_options *options = &cooperator->options;
  coop_slice_limit *limit = &cooperator->limit;
  *limit = (coop_slice_limit){.ms = (double)INFINITY};
  if (options->predicate_factory == NULL) {
    limit->ms = options->slice_ms;
  } else if (options->predicate_factory(options->context, limit) != COOP_OK || !(limit->ms >= 0) ||
             ((limit->ask || limit->hint) && options->predicate == NULL)) {
    /* Go on, with as little work as possible (J7). */
    *limit = (coop_slice_limit){.ms = (double)INFINITY, .turns = 1};
  }
  cooperator->turns_left = limit->turns;
  cooperator->only_time_limits = !limit->ask && limit->turns == 0;
  set_fairness(cooperator);
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

/* Opens the slice that the host has begun. If it has no turn to run, opens the next one, if the host begins that one at
   once (S5). Returns the task that has the first turn; NULL if no slice was begun: the cooperator may be freed then. */
static coop_task *open_slice(coop_cooperator *cooperator) {
  while (cooperator->slice == COOP__SLICE_BEGUN) {
    cooperator->slice = COOP__SLICE_OPEN;
    set_limit(cooperator);
    if (cooperator->head != NULL && !coop__is_paused(cooperator)) return cooperator->head;
    close_slice(cooperator); /* the factory has stopped or paused all tasks, or paused the cooperator */
  }
  cooperator->in_run = false;
  coop__release_hold(cooperator);
  return NULL;
}

/* ---- turns ---- */

/* Ends the task's row of turns, and moves it to the end of the queue. The head must not leave the queue for that: a
   task that is alone in the queue is forgiven its debt. */
static void move_to_end(coop_cooperator *cooperator, coop_task *task) {
  if (task == cooperator->head) {
    if (task->credit > 0) task->credit = 0;
    (void)coop__advance(cooperator);
  } else {
    coop__dequeue(cooperator, task);
    coop__enqueue(cooperator, task);
  }
}

/* By turns: counts a turn of the row. Returns whether the row is over. */
static bool end_turn_of_row(const coop_cooperator *cooperator, coop_task *task) {
  if (cooperator->by_time) return task->credit <= 0;
  if (task->credit <= 0) task->credit = task->share;
  return --task->credit <= 0;
}

/* The task goes to the end of the queue after its turn, unless its row of turns goes on (S2, S13). */
static void move_on(coop_cooperator *cooperator, coop_task *task) {
  /* If it left the queue in its turn and came back, tasks that did so later are behind it now. */
  const bool came_back = task != cooperator->head || cooperator->dequeued_in_turn == coop__turn_number(cooperator) - 1;
  if (came_back || end_turn_of_row(cooperator, task)) move_to_end(cooperator, task);
}

/* Ends a turn that did not return COOP_MORE, or in which the task left the queue. */
static void end_unusual_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  if (task->end != COOP_OK) { /* it finished inside its turn */
    coop_task_release(task);
    return;
  }
  if (task->stopped_with != COOP_OK) {
    const bool goes_on = turn == COOP_MORE || turn == COOP_WAIT;
    if (!goes_on) {
      coop__task_end_stopped(task, turn);
      return;
    }
    if (!task->cleaning_up || cooperator->lifecycle == COOP__DESTROYED) { /* since this turn */
      coop__task_clean_up(task);
      return;
    }
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

/* `task` is NULL if it is not known which task had the turn. */
static void note_long_turn(coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  const coop_host *host = coop__known(cooperator->host);
  const double slice_ms = cooperator->limit.ms;
  const bool longest = duration_ms > cooperator->stats.longest_turn_ms;
  if (longest) cooperator->stats.longest_turn_ms = duration_ms;
  const bool too_long = duration_ms > (slice_ms < (double)INFINITY ? slice_ms : COOP_DEFAULT_SLICE_MS);
  if ((longest || too_long) && host->long_turn != NULL) host->long_turn(host->context, cooperator, task, duration_ms);
}

/* Reads the clock after a turn of `task`. Returns whether the time of the slice is over. */
static bool read_meter(coop_cooperator *cooperator, coop_task *task) {
  coop__meter *meter = &cooperator->meter;
  /* By turns, the flag is set only when a task leaves the queue: nothing is known while there are others in it. */
  const bool flag_is_exact = cooperator->by_time || cooperator->queued <= 1;
  const bool one_task = meter->turns == 1 || (flag_is_exact && !meter->several_tasks);
  cooperator->stats.turns += meter->turns;
  const float long_turn_ms = coop__meter_read(meter, cooperator->host, &task->cost, cooperator->queued, one_task);
  if (long_turn_ms > 0) note_long_turn(cooperator, one_task ? task : NULL, (double)long_turn_ms);
  if (cooperator->by_time) {
    task->credit = at_least(-COOP__DEBT_MAX_MS, task->credit - meter->correction_ms);
  }
  /* S15: a number of turns ends a slice anyway. */
  const bool stands_still = cooperator->limit.turns == 0 && meter->unmoved_turns >= COOP__UNMOVED_TURNS_MAX;
  return stands_still || coop__meter_is_over(meter);
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
  const bool finishes = !usual && (task->end != COOP_OK || (turn != COOP_MORE && turn != COOP_WAIT) ||
                                   (task->stopped_with != COOP_OK && !task->cleaning_up));
  cooperator->turning = NULL;
  /* A task that finishes is charged first, because its close function and callbacks may query its statistics. */
  const bool row_ends = cooperator->measures_rows && (!usual || task->credit <= 0);
  /* The clock is read at the end of a slice anyway. Read here, the time is known to be this task's. */
  const bool leaves = !usual && cooperator->woken_in_turn != coop__turn_number(cooperator) - 1;
  const bool slice_ends =
      cooperator->turns_left == 1 || (leaves && cooperator->queued == (task->queue.next == NULL ? 0 : 1));
  if (cooperator->meter.budget_left_ms <= 0 || finishes || row_ends || slice_ends) {
    over = read_meter(cooperator, task);
    ask = ask || limit->hint;
  }
  if (usual) {
    move_on(cooperator, task);
  } else {
    end_unusual_turn(cooperator, task, turn);
    if (finishes) { /* the callbacks took time that is no task's */
      coop__meter_skip(&cooperator->meter, cooperator->host);
      over = over || coop__meter_is_over(&cooperator->meter);
    }
  }
  if (ask && cooperator->lifecycle != COOP__DESTROYED) {
    coop_task *measured = finishes ? NULL : coop_task_retain(task); /* the predicate may stop it */
    if (cooperator->options.predicate(cooperator->options.context)) {
      over = true;
      if (measured != NULL && cooperator->meter.turns != 0) (void)read_meter(cooperator, measured);
    }
    coop_task_release(measured);
  }
  if (limit->turns != 0 && --cooperator->turns_left == 0) over = true;
  if (!over && cooperator->head != NULL && !coop__is_paused(cooperator)) return cooperator->head;
  close_slice(cooperator);
  return open_slice(cooperator);
}

/* Ends a turn in a slice that is fair by time. Returns the task that has the next turn. */
static COOP__NOINLINE coop_task *end_turn_by_time(coop_cooperator *cooperator, coop_task *task, coop_turn turn,
                                                  bool budget_left) {
  const float cost_ms = task->cost.turn_ms;
  task->credit -= (double)(cost_ms > TURN_CHARGE_MIN_MS ? cost_ms : TURN_CHARGE_MIN_MS);
  if (turn == COOP_MORE && task == cooperator->head && budget_left) {
    if (task->credit > 0) return task;
    if (!cooperator->measures_rows) return coop__advance(cooperator);
  }
  return end_any_turn(cooperator, task, turn);
}

/*
 * Hot path: almost every turn returns COOP_MORE. Then only the task, the head of the queue and the meter are touched.
 * Returns the task that has the next turn.
 */
static COOP__INLINE coop_task *end_turn(coop_cooperator *cooperator, coop_task *task, coop_turn turn) {
  const bool budget_left = coop__meter_count(&cooperator->meter, &task->cost);
  if (turn == COOP_MORE && task == cooperator->head && task->share == 1 && budget_left && cooperator->plain_turns)
    return cooperator->head = task->queue.next;
  if (cooperator->by_time) return end_turn_by_time(cooperator, task, turn, budget_left);
  return end_any_turn(cooperator, task, turn);
}

/* Runs the turns of tasks that have a step, from `task` on. Returns the first task that has none; NULL if the last
   slice is over: the cooperator may be freed then. */
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
  cooperator->slice = COOP__SLICE_BEGUN;
  if (cooperator->in_run) return NULL; /* the call that closed the last slice opens this one (S5) */
  coop__hold(cooperator);
  cooperator->in_run = true;
  return run_turns(cooperator, open_slice(cooperator));
}

coop_task *coop_cooperator_end_turn(coop_cooperator *cooperator, coop_turn turn) {
  if (cooperator == NULL || cooperator->turning == NULL) return NULL;
  if (cooperator->turn_suspended) { /* such turns cost far more than a reading of the clock, and vary widely */
    cooperator->turn_suspended = false;
    coop__meter_spend(&cooperator->meter);
  }
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

void coop_cooperator_suspend_turn(coop_cooperator *cooperator) {
  if (cooperator != NULL) cooperator->turn_suspended = cooperator->turning != NULL;
}

/* The least part of a slice that a task can have, in milliseconds (S12). */
static const double PART_MIN_MS = 0.1;

bool coop_task_should_yield(coop_task *task) {
  if (task == NULL || task->end != COOP_OK) return true;
  coop_cooperator *cooperator = task->owner.cooperator;
  if (cooperator->turning != task) return true; /* it has no part of the slice */
  if (task->stopped_with != COOP_OK && !task->cleaning_up) return true;
  if (cooperator->queued <= 1 || !cooperator->only_time_limits) return coop_cooperator_should_yield(cooperator);
  const double part_ms = cooperator->by_time ? task->credit : cooperator->limit.ms / (double)cooperator->queued;
  const double deadline_ms = cooperator->meter.read_ms + at_least(PART_MIN_MS, part_ms);
  return coop__meter_has_passed(cooperator->host, deadline_ms);
}

bool coop_cooperator_should_yield(coop_cooperator *cooperator) {
  if (cooperator == NULL || coop__meter_has_passed(cooperator->host, cooperator->meter.deadline_ms)) return true;
  if (cooperator->only_time_limits) return false;
  if (cooperator->slice != COOP__SLICE_OPEN) return true;
  if (cooperator->limit.turns != 0 && cooperator->turns_left <= 1) return true;
  return cooperator->limit.ask && cooperator->options.predicate(cooperator->options.context);
}

void coop_cooperator_get_stats(const coop_cooperator *cooperator, coop_cooperator_stats *out) {
  *out = cooperator->stats;
}
