#ifndef COOPERATOR_INTERNAL_H
#define COOPERATOR_INTERNAL_H

/*
 * What the files of the core share and nobody else sees. Names with two underscores (coop__...) cross files;
 * everything else is static.
 */

#include "cooperator/cooperator.h"

/* For the few lines that every turn runs through: in one piece, apart from what is seldom. */
#if defined(__GNUC__)
#define COOP__INLINE inline __attribute__((always_inline))
#define COOP__NOINLINE __attribute__((noinline))
#else
#define COOP__INLINE inline
#define COOP__NOINLINE
#endif

static inline void *coop__allocate(const coop_host *host, size_t size) { return host->allocate(host->context, size); }

static inline void coop__free(const coop_host *host, void *memory, size_t size) {
  host->free(host->context, memory, size);
}

/*
 * A Deferred stands in the list of the task whose end it tells, through this link, while it is also free to
 * be fired, chained and cancelled by others.
 */
coop_deferred **coop__deferred_next_done(coop_deferred *deferred);

/*
 * Fires with a value that stays its owner's: the host's `release` is not called for it. Takes over a reference, so
 * that the Deferred may come to rest.
 */
coop_status coop__deferred_fire_borrowed(coop_deferred *deferred, coop_result result);

/*
 * A task stands in two lists: `queue` while it is runnable, `members` until it finishes. Both are circular and
 * doubly linked, so that leaving either is constant time wherever the task stands.
 */
typedef struct coop__links {
  coop_task *next, *previous; /* both NULL: not in the list */
} coop__links;

struct coop_task {
  /* what a turn touches comes first, so that it shares a cache line */
  coop__links queue;
  coop_step_fn step;
  void *state;
  uint32_t share;
  float cost_ms; /* what a turn of late took: see slice.c */
  uint64_t turns;

  double busy_base_ms; /* what busy_ms was, less turns * cost_ms, when the cost was last learned */
  float longest_turn_ms;
  uint32_t pauses;
  uint32_t references;
  coop__links members;
  union {
    coop_cooperator *cooperator; /* until it finishes */
    const coop_host *host;       /* after that: enough to free it */
  } owner;
  coop_close_fn close;
  coop_deferred *last_done; /* circular list of the Deferreds that wait for the end, NULL: none */
  coop_result awaited;      /* COOP_PENDING: the Deferred that is awaited; else its result */
  coop_result outcome;      /* COOP_PENDING until the step has set it, or the end has */
  uint8_t state_now;        /* coop_state, without PAUSED: the count says that */
  uint8_t answer;           /* COOP_OK while it lives, then what pause and stop answer */
  bool failure_is_known;    /* D7: somebody asked for the end, or takes care of it */
};

struct coop_cooperator {
  const coop_host *host;
  coop_task *head;     /* of the queue; the one that gets the next turn */
  coop_task *members;  /* first of the tasks that have not finished, in the order added */
  coop_task *doomed;   /* the same for those that a coop_cooperator_stop on its way is finishing */
  coop_task *turning;  /* the one that has its turn */
  uint64_t woken_in;   /* the number of the turn in which coop_task_wake was called for the task that had it */
  uint64_t left_in;    /* the same for leaving the queue */
  uint32_t queued;     /* number of tasks in the queue */
  uint32_t share_left; /* turns that the head may still have in a row; 0: it has not begun */
  uint32_t requests;   /* slices asked for, so far */
  uint32_t holds;      /* calls on the C stack, and tasks created and not started, that still use this struct */
  bool started, stopped, destroyed;
  bool pending;   /* a slice was asked for and has not been begun */
  bool slicing;   /* giving turns */
  bool in_run;    /* between coop_cooperator_begin_slice and the last end of a turn, which is more than slicing: S5 */
  bool by_time;   /* the slice has no bound but that of time */
  bool run_again; /* the host called back at once */

  uint32_t turns_left; /* of limit.turns, where that is not 0 */

  coop_cooperator_options options;
  coop_slice_limit limit; /* of this slice, or of the last one */
  struct coop__meter {
    double start_ms;    /* when the slice began */
    double read_ms;     /* what the clock said when it was last read */
    double deadline_ms; /* when the slice is over */
    float granted_ms;   /* predicted cost of the turns that may be given between two readings */
    float left_ms;      /* what is left of it */
    float grain_ms;     /* charged for a turn on top of what its task's turns cost of late */
    uint32_t turns;     /* given since the last reading */
    uint32_t probes;    /* turns that are still to be timed one by one */
    uint32_t readings;
  } meter;
  coop_cooperator_stats stats;
};

/* list: the first element, NULL when empty; links: the member of a task that is linked, queue or members. */
#define COOP__APPEND(list, task, links)                              \
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

#define COOP__REMOVE(list, task, links)                            \
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

/* task.c */
/* Finishes a task that lives: detaches it, closes its iterator, fires its Deferreds (S9), drops one reference. */
void coop__task_complete(coop_task *task, coop_status answer, coop_state state, coop_result outcome);
/* Closes the iterator of a task that finished inside its own turn, which is over now. */
void coop__task_close_late(coop_task *task);

/* cooperator.c */
void coop__enqueue(coop_cooperator *cooperator, coop_task *task);
void coop__dequeue(coop_cooperator *cooperator, coop_task *task);
/* The task leaves `members` or `doomed`, whichever it stands in. */
void coop__forget(coop_cooperator *cooperator, coop_task *task);
/* Frees a destroyed cooperator that nothing uses any more. */
void coop__release_hold(coop_cooperator *cooperator);

/* The turn that is being had. */
static inline uint64_t coop__turn_number(const coop_cooperator *cooperator) {
  return cooperator->stats.turns + cooperator->meter.turns + 1;
}

/* slice.c: the largest grant, and the smallest charge for a turn */
#define COOP__GRANT_MS 0.064f
#define COOP__GRAIN_MS 0.001f

double coop__now(const coop_cooperator *cooperator);
void coop__meter_start(coop_cooperator *cooperator);
void coop__meter_stop(coop_cooperator *cooperator);
/* Reads the clock after a turn of `task`, with which the grant was used up. True if the time of the slice is over. */
bool coop__meter_read(coop_cooperator *cooperator, coop_task *task);
/* Time has gone by that was no task's: that of the callbacks of one that has finished. */
bool coop__meter_skip(coop_cooperator *cooperator);

#endif
