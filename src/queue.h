#ifndef COOPERATOR_QUEUE_H
#define COOPERATOR_QUEUE_H

/*
 * The structs of tasks and cooperators, and the lists that tasks are in. queue.c states the invariants.
 */

#include "cooperator/cooperator.h"
#include "meter.h"
#include "nesting.h"

/* Neighbours in a circular, doubly linked list, which a task can leave in constant time wherever it is. */
typedef struct coop__links {
  coop_task *next, *previous; /* both NULL: not in the list */
} coop__links;

struct coop_task {
  /* A turn touches only these. Up to `share`, all that a turn of a slice that is fair by turns needs, they fit into one
     cache line on 64-bit machines. */
  coop__links queue; /* in the list of tasks that can have a turn */
  coop_step_fn step;
  void *iterator_state;
  coop__cost cost;
  double share;
  double credit; /* what is left of the row: turns (0 or less: it has not begun) or milliseconds (below 0: a debt) */

  uint32_t pauses;
  uint32_t references;
  uint32_t busy_period; /* that of the cooperator when the task last left the queue */
  coop__links members;  /* in the list of tasks that were started and have not finished */
  coop__call call;      /* its clean-up, or its end */
  union {
    coop_cooperator *cooperator; /* until the task finishes */
    const coop_host *host;       /* after that: enough to free it */
  } owner;
  coop_stop_fn stop;        /* may be NULL */
  coop_close_fn close;      /* NULL once it was called */
  coop_deferred *last_done; /* circular list of the Deferreds that the end fires; NULL: none */
  coop_result awaited;      /* COOP_PENDING: `value` is the Deferred that is awaited; else its result */
  coop_result outcome;      /* until the task finishes: what the step has set, or COOP_PENDING */
  uint8_t state;            /* coop_state; never COOP_STATE_PAUSED, which `pauses` expresses */
  uint8_t end;              /* coop_status; COOP_OK until the task finishes, then what pause and stop return */
  uint8_t stopped_with;     /* coop_status; COOP_OK until the task is stopped, then how it will finish */
  bool failure_handled : 1; /* D7: coop_task_when_done or coop_task_handle_failure was called */
  bool cleaning_up : 1;     /* it was stopped, and its clean-up has begun */
  bool in_stop : 1;         /* its stop function is on the stack */
  bool gave_up_wait : 1;    /* Deferreds that it no longer awaits may have observers of its own */
};

/* Whether slices are requested, and whether new tasks run. */
typedef enum coop__lifecycle {
  COOP__NOT_STARTED, /* tasks queue up (S11) */
  COOP__RUNNING,
  COOP__STOPPED,  /* new tasks finish at once (S10); coop_cooperator_start leads back to COOP__RUNNING */
  COOP__DESTROYED /* stopped for good; freed when the last hold is released */
} coop__lifecycle;

/* The next slice, or the one that is open. */
typedef enum coop__slice {
  COOP__SLICE_NONE,    /* none is requested */
  COOP__SLICE_PENDING, /* requested from the host, which has not begun it yet */
  COOP__SLICE_BEGUN,   /* begun by the host, but a call further up the stack has to open it (S5) */
  COOP__SLICE_OPEN     /* turns run */
} coop__slice;

struct coop_cooperator {
  const coop_host *host;
  coop_task *head;           /* of the queue: this task has the next turn */
  coop_task *members;        /* first of the tasks that were started and have not finished, in the order added */
  coop_task *stopping;       /* the same for the tasks that a coop_cooperator_stop on the stack still has to stop */
  coop_task *turning;        /* the task that has its turn */
  uint64_t woken_in_turn;    /* the number of the turn in which coop_task_wake was called for the turning task */
  uint64_t dequeued_in_turn; /* the number of the turn in which the turning task left the queue */
  uint32_t queued;           /* number of tasks in the queue */
  uint32_t busy_period;      /* how often the queue has become empty */
  uint32_t requests;         /* slices requested so far */
  uint32_t holds;            /* calls on the stack and created tasks that still use this struct */
  uint32_t pauses;
  uint8_t lifecycle; /* coop__lifecycle */
  uint8_t slice;     /* coop__slice */
  /* Set from coop_cooperator_begin_slice until the last of the slices that begin inside it is closed. Not a state of
     `slice`, because there may be none, a pending one or one that was begun both inside and outside. */
  bool in_run;
  bool turn_suspended; /* S12: the code of the turn is not on the stack */
  /* From here to `quantum_ms`: of the open slice, or of the last one. */
  bool only_time_limits; /* it has no limit but time */
  bool by_time;          /* it is fair by time (S13); only if it has no limit but time */
  bool plain_turns;      /* it is fair by turns and has no limit but time: tested in every turn */
  bool measures_rows;    /* it is fair by time, and its quantum is so large that the clock is read after each row */

  coop_slice_limit limit;
  coop__meter meter;
  uint32_t turns_left; /* of limit.turns, if that is not 0 */
  double quantum_ms;   /* by time: what a share of 1 gets in each round */

  coop_cooperator_options options;
  coop_cooperator_stats stats; /* without the turns since the last reading of the meter */
};

/* The number of the turn that is under way, from 1. */
static inline uint64_t coop__turn_number(const coop_cooperator *cooperator) {
  return cooperator->stats.turns + cooperator->meter.turns + 1;
}

/* Whether a pause keeps the task out of the queue: the clean-up of a stopped task is not paused (J3). */
static inline bool coop__is_held(const coop_task *task) { return task->pauses != 0 && task->stopped_with == COOP_OK; }

/* Whether no slice may run. The clean-ups of a stopped cooperator are not paused (S11). */
static inline bool coop__is_paused(const coop_cooperator *cooperator) {
  return cooperator->pauses != 0 && cooperator->lifecycle == COOP__RUNNING;
}

/* Keeps the struct alive even if a callback destroys the cooperator. */
static inline void coop__hold(coop_cooperator *cooperator) { cooperator->holds++; }
void coop__release_hold(coop_cooperator *cooperator);

/* Requests a slice from the host if there is a turn to run and no slice is on its way (S4). A stopped cooperator has
   turns to run as long as clean-ups go on. May call back. */
void coop__request_slice(coop_cooperator *cooperator);
void coop__cancel_slice(coop_cooperator *cooperator);

/* The largest debt of a task in milliseconds: even after an extremely long turn it has turns again soon (S13). */
#define COOP__DEBT_MAX_MS 250.0

/* By time: what a task gets of each round, in milliseconds. */
static inline double coop__round_ms(const coop_cooperator *cooperator, const coop_task *task) {
  return cooperator->quantum_ms * task->share;
}

/* Ends the head's row of turns: moves it to the end. Returns the new head. */
coop_task *coop__advance(coop_cooperator *cooperator);

/* Cancels all credits and debts in the queue, because the kind of fairness changes. */
void coop__reset_credits(coop_cooperator *cooperator);

/* Puts the task at the end of the queue. May call back. */
void coop__enqueue(coop_cooperator *cooperator, coop_task *task);
void coop__dequeue(coop_cooperator *cooperator, coop_task *task);

/* The end of `members`. */
void coop__add_member(coop_cooperator *cooperator, coop_task *task);
/* From `members` or `stopping`, whichever the task is in. */
void coop__remove_member(coop_cooperator *cooperator, coop_task *task);
/* Moves all members to the end of `stopping`. */
void coop__move_members_to_stopping(coop_cooperator *cooperator);

#endif
