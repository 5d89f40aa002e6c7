#ifndef REENTRANT_WORLD_H
#define REENTRANT_WORLD_H

/*
 * What reentrant.c (the hooks, the end) and reentrant_calls.c (the calls) share: the program that an input runs.
 *
 * Objects are in slots. A slot of a task or a Deferred is a reference; several may have the same object. A hook that
 * gets an object as a parameter may use it until it returns, and so may everything called from there: `frames`. When
 * the library frees a cooperator, its slot is emptied: the program cannot know how long one lives that was destroyed
 * inside its slice. So it is with semaphores and queues.
 *
 * The Deferreds of sync.h have slots of their own, because a program must neither fire them nor change their context.
 */

#include <cooperator/iterator.h>
#include <cooperator/stdhost.h>
#include <cooperator/sync.h>
#include <setjmp.h>

#include "check.h"
#include "reentrant.h"

enum {
  HOSTS = 3, /* the last is a coop_stdhost */
  COOPERATORS = 10,
  TASKS = 8,
  DEFERREDS = 8,
  TIMERS = 8,
  SEMAPHORES = 3,
  QUEUES = 3,
  PERMITS = 6,
  PLACES = 6,
  WAITS = 4,
  FRAMES_MAX = 40
};

/* A value of a result. */
typedef struct token {
  enum { OF_PROGRAM, OF_LIBRARY, OF_TASK /* never released by the library */ } owner;
  bool answered; /* it was put into a queue, and the program knows whether that has failed */
  struct token *next;
} token;

/* A coroutine that runs inside another: iterator.h. */
typedef struct inner_work {
  COOP_ITERATOR;
} inner_work;

/* What a task runs: the state of its iterator. */
typedef struct work {
  COOP_ITERATOR;
  inner_work inner;
  bool in_stop, begun_clean_up, ended; /* neither is called again after it has ended */
} work;

typedef struct host_slot {
  coop_host own;
  coop_nesting nesting;
  const coop_host *hooks;
} host_slot;

typedef struct cooperator_slot {
  coop_cooperator *cooperator; /* NULL: none, or freed */
  const coop_host *hooks;
  unsigned steps;    /* of its tasks, on the stack: 0 or 1 */
  unsigned requests; /* so far */
  bool pending;      /* a slice is requested; unused for those of the stdhost, which runs their slices itself */
  bool destroyed;
  bool of_stdhost;
} cooperator_slot;

typedef struct semaphore_slot {
  coop_semaphore *semaphore; /* NULL: none, or freed */
  bool destroyed;
} semaphore_slot;

typedef struct queue_slot {
  coop_queue *queue; /* NULL: none, or freed */
  bool destroyed;
} queue_slot;

typedef struct permit_slot {
  coop_deferred *permit;
  coop_semaphore *semaphore; /* which may be freed if the permit was cancelled */
} permit_slot;

/* Of coop_queue_put or coop_queue_get. */
typedef struct place_slot {
  coop_deferred *place;
  token *item; /* that is put */
} place_slot;

typedef struct known_deferred {
  coop_deferred *deferred;
  bool of_sync;
} known_deferred;

/* A call of a hook, from its beginning to its end. */
typedef struct frame {
  reentrant_origin origin;
  coop_task *task; /* what it got as a parameter, or NULL */
  coop_deferred *deferred;
} frame;

typedef struct world {
  const unsigned char *at, *end; /* what is left of the input */
  unsigned calls_left;

  size_t blocks;      /* of memory that the library has */
  size_t until_fault; /* allocations until one fails; 0: none will */
  double now_ms, ms_a_reading;

  host_slot hosts[HOSTS];
  coop_stdhost stdhost;
  coop_stdhost spare;      /* has no cooperators, so that it can be destroyed at any time */
  unsigned inside_stdhost; /* calls on the stack that may run its slices */
  bool has_release, takes_results, has_waited;

  cooperator_slot cooperators[COOPERATORS];
  coop_task *tasks[TASKS];
  coop_deferred *deferreds[DEFERREDS];
  coop_timeout *timers[TIMERS];
  semaphore_slot semaphores[SEMAPHORES];
  queue_slot queues[QUEUES];
  permit_slot permits[PERMITS];
  place_slot places[PLACES];
  coop_deferred *waits[WAITS];
  size_t works, contexts; /* not closed; not freed */
  token *tokens;
  known_deferred *known; /* all that are not freed */
  size_t known_count, known_capacity;

  frame frames[FRAMES_MAX];
  size_t depth; /* of frames */

  /* A step that is called directly by this call may leave it by longjmp. */
  jmp_buf abandoned;
  cooperator_slot *may_abandon;
  size_t may_abandon_depth;
} world;

extern world w;

/* ---- the input ---- */

/* The next byte; 0 at the end of the input. */
unsigned take(void);
/* Below `count`. */
unsigned take_below(unsigned count);
/* With a chance of 1 to `count`; false at the end of the input. */
bool take_one_of(unsigned count);

/* ---- hooks ---- */

/* Calls functions from a hook. `task` and `deferred` are its parameters, or NULL. */
void act(reentrant_origin origin, coop_task *task, coop_deferred *deferred);

/* The functions that programs pass. */
coop_turn step(coop_task *task, void *state);
coop_turn coroutine_step(coop_task *task, void *state);
coop_turn stop_work(coop_task *task, void *state, bool last);
void close_work(coop_task *task, void *state);
void cancel_it(void *context, coop_deferred *deferred);
coop_result call_back(void *context, coop_result result);
coop_result err_back(void *context, coop_result result);
coop_result call_back_static(void *context, coop_result result);
bool observe(void *context, coop_deferred *deferred, coop_result result);
bool observe_static(void *context, coop_deferred *deferred, coop_result result);
void drop(void *context);
bool observe_put(void *context, coop_deferred *deferred, coop_result result);
void leave_place(place_slot *slot);
coop_status call_later(void *context, double delay_ms, coop_timeout *timeout);
coop_status refuse_later(void *context, double delay_ms, coop_timeout *timeout);
void cancel_call(void *context, coop_timeout *timeout);
coop_status limit_slice(void *context, coop_slice_limit *limit);
bool end_slice(void *context);

/* ---- values ---- */

token *new_token(void);
/* The program's token becomes the library's, or comes back. */
void give(void *value);
void take_back(void *value);
/* A value that the library shows must not be the program's. */
void check_lent(const void *value);
coop_failure take_failure(void);

/* ---- objects ---- */

/* One of those that may be used now; NULL if there is none. */
coop_task *pick_task(void);
coop_deferred *pick_deferred(void);
/* Also one of sync.h, for calls that neither fire it nor change its context. */
coop_deferred *pick_source(void);
cooperator_slot *pick_cooperator(void);
const coop_host *pick_host(void);

/* An empty slot, after emptying one if necessary; NULL if that calls back and the slot is filled again. */
coop_task **empty_task_slot(void);
coop_deferred **empty_deferred_slot(void);

cooperator_slot *slot_of(const coop_cooperator *cooperator);
void know_deferred(coop_deferred *deferred, bool of_sync);

coop_iterator take_iterator(void);
/* After a call that did not take it. */
void discard_iterator(coop_iterator iterator);

void *new_context(void);
void free_context(void *context);

coop_turn take_turn(void);

#endif
