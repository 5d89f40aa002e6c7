#include "reentrant.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invariants.h"
#include "reentrant_world.h"

world w;

const char *const reentrant_origin_names[REENTRANT_ORIGIN_COUNT] = {
#define ORIGIN_NAME(name) [FROM_##name] = #name,
    REENTRANT_ORIGINS(ORIGIN_NAME)
#undef ORIGIN_NAME
};

static void *allocate_or_abort(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) abort();
  return memory;
}

/* ---- the input ---- */

unsigned take(void) { return w.at == w.end ? 0 : *w.at++; }

unsigned take_below(unsigned count) { return take() % count; }

bool take_one_of(unsigned count) { return take() % count == count - 1; }

/* ---- values ---- */

token *new_token(void) {
  token *made = allocate_or_abort(sizeof *made);
  made->next = w.tokens;
  w.tokens = made;
  return made;
}

void give(void *value) {
  if (value == NULL) return;
  token *given = value;
  CHECK(given->owner == OF_PROGRAM);
  given->owner = OF_LIBRARY;
}

void take_back(void *value) {
  token *taken = value;
  if (value == NULL || taken->owner == OF_TASK) return;
  CHECK(taken->owner == OF_LIBRARY);
  taken->owner = OF_PROGRAM;
}

/* The value of a wait of sync.h belongs to the Deferred that was waited for, which may have passed it on since. */
void check_lent(const void *value) {
  CHECK(value == NULL || w.has_waited || ((const token *)value)->owner != OF_PROGRAM);
}

coop_failure take_failure(void) {
  static const coop_status statuses[] = {COOP_FAILURE,   COOP_CANCELLED,    COOP_TIMED_OUT,  COOP_NO_MEMORY,
                                         COOP_TASK_DONE, COOP_TASK_STOPPED, COOP_HOST_FAILED};
  const coop_status status = statuses[take_below(sizeof statuses / sizeof statuses[0])];
  return (coop_failure){status, take_one_of(2) ? new_token() : NULL};
}

void *new_context(void) {
  w.contexts++;
  return allocate_or_abort(1);
}

void free_context(void *context) {
  w.contexts--;
  free(context);
}

/* ---- objects ---- */

coop_task *pick_task(void) {
  coop_task *found[TASKS + FRAMES_MAX];
  unsigned count = 0;
  for (size_t i = 0; i < TASKS; i++) {
    if (w.tasks[i] != NULL) found[count++] = w.tasks[i];
  }
  for (size_t i = 0; i < w.depth; i++) {
    if (w.frames[i].task != NULL) found[count++] = w.frames[i].task;
  }
  return count == 0 ? NULL : found[take_below(count)];
}

coop_deferred *pick_deferred(void) {
  coop_deferred *found[DEFERREDS + FRAMES_MAX];
  unsigned count = 0;
  for (size_t i = 0; i < DEFERREDS; i++) {
    if (w.deferreds[i] != NULL) found[count++] = w.deferreds[i];
  }
  for (size_t i = 0; i < w.depth; i++) {
    if (w.frames[i].deferred != NULL) found[count++] = w.frames[i].deferred;
  }
  return count == 0 ? NULL : found[take_below(count)];
}

coop_deferred *pick_source(void) {
  coop_deferred *found[PERMITS + PLACES];
  unsigned count = 0;
  for (size_t i = 0; i < PERMITS; i++) {
    if (w.permits[i].permit != NULL) found[count++] = w.permits[i].permit;
  }
  for (size_t i = 0; i < PLACES; i++) {
    if (w.places[i].place != NULL) found[count++] = w.places[i].place;
  }
  return count == 0 || !take_one_of(2) ? pick_deferred() : found[take_below(count)];
}

cooperator_slot *pick_cooperator(void) {
  cooperator_slot *found[COOPERATORS];
  unsigned count = 0;
  for (size_t i = 0; i < COOPERATORS; i++) {
    if (w.cooperators[i].cooperator != NULL) found[count++] = &w.cooperators[i];
  }
  return count == 0 ? NULL : found[take_below(count)];
}

const coop_host *pick_host(void) { return w.hosts[take_below(HOSTS)].hooks; }

cooperator_slot *slot_of(const coop_cooperator *cooperator) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    if (w.cooperators[i].cooperator == cooperator) return &w.cooperators[i];
  }
  FAIL("a cooperator that was freed");
  abort();
}

coop_task **empty_task_slot(void) {
  const unsigned first = take_below(TASKS);
  for (unsigned i = 0; i < TASKS; i++) {
    coop_task **slot = &w.tasks[(first + i) % TASKS];
    if (*slot == NULL) return slot;
  }
  coop_task **slot = &w.tasks[first], *old = *slot;
  *slot = NULL;
  coop_task_release(old);
  return *slot == NULL ? slot : NULL;
}

coop_deferred **empty_deferred_slot(void) {
  const unsigned first = take_below(DEFERREDS);
  for (unsigned i = 0; i < DEFERREDS; i++) {
    coop_deferred **slot = &w.deferreds[(first + i) % DEFERREDS];
    if (*slot == NULL) return slot;
  }
  coop_deferred **slot = &w.deferreds[first], *old = *slot;
  *slot = NULL;
  coop_deferred_release(old);
  return *slot == NULL ? slot : NULL;
}

static known_deferred *find_known(const void *deferred) {
  for (size_t i = 0; i < w.known_count; i++) {
    if (w.known[i].deferred == deferred) return &w.known[i];
  }
  return NULL;
}

void know_deferred(coop_deferred *deferred, bool of_sync) {
  if (find_known(deferred) != NULL) return;
  if (w.known_count == w.known_capacity) {
    w.known_capacity = 2 * w.known_capacity + 16;
    w.known = realloc(w.known, w.known_capacity * sizeof(known_deferred));
    if (w.known == NULL) abort();
  }
  w.known[w.known_count++] = (known_deferred){deferred, of_sync};
}

static void forget_freed(const void *memory) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    if (w.cooperators[i].cooperator == memory) w.cooperators[i] = (cooperator_slot){0};
  }
  for (size_t i = 0; i < SEMAPHORES; i++) {
    if (w.semaphores[i].semaphore == memory) w.semaphores[i] = (semaphore_slot){0};
  }
  for (size_t i = 0; i < QUEUES; i++) {
    if (w.queues[i].queue == memory) w.queues[i] = (queue_slot){0};
  }
  known_deferred *known = find_known(memory);
  if (known != NULL) *known = w.known[--w.known_count];
}

/* ---- calling from hooks ---- */

static bool traces;

/* Not a call of the library: the world goes on. */
static void release_wait(void) {
  coop_deferred **slot = &w.waits[take_below(WAITS)], *wait = *slot;
  *slot = NULL;
  coop_deferred_release(wait);
}

static void change_world(void) {
  static const double leaps_ms[] = {0.01, 0.1, 1, 11, 400, 1e6, -0.5, -1000};
  static const double ms_a_reading[] = {0, 0.001, 0.1, 3};
  switch (take_below(4)) {
    case 3:
      release_wait();
      break;
    case 0:
      w.now_ms += leaps_ms[take_below(8)];
      break;
    case 1:
      w.ms_a_reading = ms_a_reading[take_below(4)];
      break;
    default:
      w.until_fault = take_below(8);
  }
}

static void call_one(reentrant_origin origin) {
  const unsigned chosen = take();
  if (w.calls_left == 0) return;
  w.calls_left--;
  const bool queries = origin >= FROM_FIRST_THAT_QUERIES;
  if (chosen >= 250 && !queries) {
    change_world();
    return;
  }
  size_t index = chosen % reentrant_function_count;
  while (queries && !reentrant_functions[index].queries) index = (index + 1) % reentrant_function_count;
  const reentrant_function *function = &reentrant_functions[index];
  if (traces) {
    printf("%*s%s: %s\n", (int)(2 * w.depth), "", reentrant_origin_names[origin], function->name);
    fflush(stdout);
  }
  if (function->call()) reentrant_functions[index].calls[origin]++;
}

static bool enter(reentrant_origin origin, coop_task *task, coop_deferred *deferred) {
  if (w.depth == FRAMES_MAX) return false;
  w.frames[w.depth++] = (frame){origin, task, deferred};
  return true;
}

static void leave(void) { w.depth--; }

void act(reentrant_origin origin, coop_task *task, coop_deferred *deferred) {
  if (!enter(origin, task, deferred)) return;
  for (unsigned count = take_below(4); count != 0; count--) call_one(origin);
  leave();
}

/* ---- tasks ---- */

coop_turn take_turn(void) {
  static const coop_turn turns[] = {COOP_DONE, COOP_MORE, COOP_MORE,         COOP_WAIT,
                                    COOP_WAIT, COOP_MORE, COOP_INVALID_TURN, COOP_FAILED};
  return turns[take_below(8)];
}

static void begin_step(coop_task *task, cooperator_slot **slot) {
  *slot = NULL;
  for (size_t i = 0; i < COOPERATORS; i++) {
    const coop_cooperator *cooperator = w.cooperators[i].cooperator;
    if (cooperator != NULL && coop_cooperator_turning(cooperator) == task) *slot = &w.cooperators[i];
  }
  CHECK(*slot != NULL);
  if (*slot == NULL) abort();
  CHECK((*slot)->steps++ == 0);
}

static coop_turn end_step(cooperator_slot *slot, work *self, coop_turn turn) {
  CHECK(--slot->steps == 0);
  CHECK(!self->ended && !self->in_stop);
  self->ended = turn != COOP_MORE && turn != COOP_WAIT;
  return turn;
}

/* Leaves the step in another way than by returning, if the call that runs it waits for that. */
static void may_abandon(const cooperator_slot *slot) {
  if (w.may_abandon == slot && w.may_abandon_depth == w.depth && take_one_of(8)) longjmp(w.abandoned, 1);
}

coop_turn step(coop_task *task, void *state) {
  cooperator_slot *slot;
  begin_step(task, &slot);
  act(FROM_STEP, task, NULL);
  may_abandon(slot);
  return end_step(slot, state, take_turn());
}

static coop_turn inner_coroutine(coop_task *task, void *state) {
  inner_work *self = state;
  COOP_BEGIN(self);
  while (take_one_of(2)) {
    act(FROM_STEP, task, NULL);
    COOP_YIELD(self);
  }
  COOP_AWAIT(self, task, pick_source());
  COOP_END(self);
}

static coop_turn coroutine(coop_task *task, void *state) {
  work *self = state;
  COOP_BEGIN(self);
  for (;;) {
    act(FROM_STEP, task, NULL);
    if (take_one_of(4)) {
      self->inner = (inner_work){0};
      COOP_DELEGATE(self, task, inner_coroutine, &self->inner);
    } else if (take_one_of(2)) {
      COOP_AWAIT(self, task, pick_source());
      (void)coop_task_awaited(task);
    } else if (take_one_of(2)) {
      COOP_YIELD(self);
    } else {
      break;
    }
  }
  COOP_END(self);
}

coop_turn coroutine_step(coop_task *task, void *state) {
  cooperator_slot *slot;
  begin_step(task, &slot);
  const coop_turn turn = coroutine(task, state);
  may_abandon(slot);
  return end_step(slot, state, turn);
}

/* A turn in which code of the task is on the stack. */
static bool is_turning(const coop_task *task) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    const cooperator_slot *slot = &w.cooperators[i];
    if (slot->cooperator != NULL && slot->steps != 0 && coop_cooperator_turning(slot->cooperator) == task) return true;
  }
  return false;
}

coop_turn stop_work(coop_task *task, void *state, bool last) {
  work *self = state;
  CHECK(!is_turning(task) && !self->in_stop && !self->ended && (last || !self->begun_clean_up));
  CHECK(coop_task_state(task) == COOP_STATE_STOPPING && coop_task_stopped_with(task) != COOP_OK);
  self->in_stop = self->begun_clean_up = true;
  act(FROM_STOP, task, NULL);
  self->in_stop = false;
  self->ended = self->ended || last;
  const coop_turn turn = take_turn();
  if (turn != COOP_MORE && turn != COOP_WAIT) self->ended = true;
  return turn;
}

void close_work(coop_task *task, void *state) {
  CHECK(!((work *)state)->in_stop);
  act(FROM_CLOSE, task, NULL);
  w.works--;
  free(state);
}

coop_iterator take_iterator(void) {
  static const double shares[] = {0, 1, 1, 2, 3, 0.5, 0.001, 1e9, -1, 2.5, COOP_SHARE_MAX};
  work *state = allocate_or_abort(sizeof *state);
  w.works++;
  const unsigned kind = take();
  const bool is_valid = (kind & 15) != 15;
  return (coop_iterator){
      .step = kind == 0   ? NULL
              : kind == 1 ? coroutine_step
                          : step,
      .state = state,
      .stop = (kind & 64) != 0 ? stop_work : NULL,
      .close = close_work,
      .share = is_valid ? shares[take_below(sizeof shares / sizeof shares[0])] : (double)NAN,
  };
}

void discard_iterator(coop_iterator iterator) {
  w.works--;
  free(iterator.state);
}

/* ---- Deferreds ---- */

void cancel_it(void *context, coop_deferred *deferred) {
  (void)context;
  act(FROM_CANCELLER, NULL, deferred);
}

static coop_result answer(reentrant_origin origin, coop_result result) {
  take_back(result.value);
  act(origin, NULL, NULL);
  coop_result next = {COOP_OK, NULL};
  switch (take_below(5)) {
    case 0: /* the result passes */
      if (result.value == NULL || ((token *)result.value)->owner == OF_PROGRAM) next = result;
      break;
    case 1:
      next.value = new_token();
      break;
    case 2:
      next = take_failure();
      break;
    case 3:
      return coop_wait_for(pick_source());
    default:
      break;
  }
  give(next.value);
  return next;
}

coop_result call_back(void *context, coop_result result) {
  free_context(context);
  CHECK(result.status == COOP_OK);
  return answer(FROM_CALLBACK, result);
}

coop_result err_back(void *context, coop_result result) {
  free_context(context);
  CHECK(result.status != COOP_OK && result.status != COOP_PENDING);
  return answer(FROM_ERRBACK, result);
}

coop_result call_back_static(void *context, coop_result result) {
  CHECK(context == NULL);
  return answer(result.status == COOP_OK ? FROM_CALLBACK : FROM_ERRBACK, result);
}

/* The Deferred, if the program may do everything with it. */
static coop_deferred *lent(coop_deferred *deferred) {
  const known_deferred *known = find_known(deferred);
  return known == NULL || known->of_sync ? NULL : deferred;
}

bool observe(void *context, coop_deferred *deferred, coop_result result) {
  CHECK(result.status != COOP_PENDING);
  act(FROM_OBSERVER, NULL, lent(deferred));
  free_context(context);
  return take_one_of(2);
}

bool observe_static(void *context, coop_deferred *deferred, coop_result result) {
  (void)result;
  CHECK(context == NULL);
  act(FROM_OBSERVER, NULL, lent(deferred));
  return take_one_of(2);
}

void drop(void *context) {
  act(FROM_DROP, NULL, NULL);
  free_context(context);
}

/* ---- places in queues ---- */

/* The first observer of a put: if it fails, the item is the program's again. */
bool observe_put(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  token *item = context;
  if (item->answered) return false; /* leave_place() has seen it: the chain was paused, or waited in a queue */
  item->answered = true;
  if (result.status == COOP_OK) return false;
  CHECK(result.status == COOP_CANCELLED);
  take_back(context);
  return true;
}

void leave_place(place_slot *slot) {
  if (slot->place == NULL) return;
  token *item = slot->item;
  slot->item = NULL;
  /* The observer may not have run yet. */
  if (item != NULL && !item->answered && coop_deferred_result(slot->place).status == COOP_CANCELLED) {
    item->answered = true;
    take_back(item);
  }
  const coop_status status = coop_queue_leave(&slot->place);
  CHECK(status == COOP_OK || status == COOP_CANCELLED);
  if (status == COOP_CANCELLED) take_back(item);
}

/* ---- clocks of timeouts ---- */

static coop_timeout **timer_slot(const coop_timeout *timeout) {
  for (size_t i = 0; i < TIMERS; i++) {
    if (w.timers[i] == timeout) return &w.timers[i];
  }
  return NULL;
}

coop_status refuse_later(void *context, double delay_ms, coop_timeout *timeout) {
  (void)context, (void)delay_ms, (void)timeout;
  act(FROM_CALL_LATER, NULL, NULL);
  return COOP_HOST_FAILED;
}

coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  coop_timeout **slot = timer_slot(NULL);
  if (slot == NULL) return refuse_later(context, delay_ms, timeout);
  *slot = timeout;
  act(FROM_CALL_LATER, NULL, NULL);
  slot = timer_slot(timeout);
  if (slot == NULL || !take_one_of(4)) return COOP_OK; /* it has fired, or will */
  *slot = NULL;
  return COOP_HOST_FAILED;
}

void cancel_call(void *context, coop_timeout *timeout) {
  (void)context;
  CHECK(timer_slot(timeout) != NULL);
  act(FROM_CANCEL_CALL, NULL, NULL); /* which may fire it */
  coop_timeout **slot = timer_slot(timeout);
  if (slot != NULL) *slot = NULL;
}

/* ---- slices ---- */

coop_status limit_slice(void *context, coop_slice_limit *limit) {
  static const double lengths_ms[] = {10, 0.05, 1, 0, -1, 1e300};
  (void)context;
  act(FROM_FACTORY, NULL, NULL);
  if (take_one_of(2)) limit->ms = take_one_of(8) ? (double)NAN : lengths_ms[take_below(6)];
  if (take_one_of(2)) limit->turns = take_below(4);
  limit->ask = take_one_of(2);
  limit->hint = take_one_of(4);
  return take_one_of(8) ? COOP_FAILURE : COOP_OK;
}

bool end_slice(void *context) {
  (void)context;
  act(FROM_PREDICATE, NULL, NULL);
  return take_one_of(3);
}

/* ---- the hosts ---- */

static void *allocate(void *context, size_t size) {
  (void)context;
  CHECK(size != 0);
  if (w.until_fault != 0 && --w.until_fault == 0) return NULL;
  w.blocks++;
  void *memory = malloc(size);
  if (memory == NULL) abort();
  memset(memory, 0xA5, size);
  return memory;
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context;
  (void)size;
  w.blocks--;
  forget_freed(memory);
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
  return w.now_ms += w.ms_a_reading;
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  cooperator_slot *slot = slot_of(cooperator);
  if (slot->of_stdhost) {
    const coop_status status = w.hosts[HOSTS - 1].own.schedule(context, cooperator);
    act(FROM_SCHEDULE, NULL, NULL);
    return status;
  }
  CHECK(!slot->pending || slot->hooks->cancel == NULL);
  slot->pending = true;
  const unsigned request = ++slot->requests;
  act(FROM_SCHEDULE, NULL, NULL);
  if (!take_one_of(8)) return COOP_OK;
  /* The cooperator is not freed: the library has not returned from its call of this function. */
  CHECK(slot->cooperator == cooperator);
  if (request == slot->requests) slot->pending = false;
  return COOP_HOST_FAILED;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  cooperator_slot *slot = slot_of(cooperator);
  if (slot->of_stdhost) {
    w.hosts[HOSTS - 1].own.cancel(context, cooperator);
  } else {
    CHECK(slot->pending);
    slot->pending = false;
  }
  act(FROM_CANCEL_SLICE, NULL, NULL);
}

static void unhandled(void *context, coop_failure failure) {
  (void)context;
  CHECK(failure.status != COOP_OK && failure.status != COOP_PENDING);
  check_lent(failure.value);
  act(FROM_UNHANDLED, NULL, NULL);
}

static void release(void *context, void *value) {
  (void)context;
  CHECK(value != NULL && ((token *)value)->owner == OF_LIBRARY);
  take_back(value);
  act(FROM_RELEASE, NULL, NULL);
}

static bool settled(void *context, coop_deferred *deferred, const coop_settlement *settlement) {
  (void)context;
  CHECK(settlement->result.status != COOP_PENDING && coop_deferred_called(deferred));
  act(FROM_SETTLED, NULL, deferred);
  if (!w.takes_results || take_one_of(4)) return false;
  take_back(settlement->result.value);
  for (size_t i = 0; i < DEFERREDS; i++) {
    if (w.deferreds[i] != deferred || !take_one_of(2)) continue;
    w.deferreds[i] = NULL;
    coop_deferred_release(deferred);
    break;
  }
  return true;
}

static void long_turn(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  (void)context;
  CHECK(slot_of(cooperator) != NULL && duration_ms > 0);
  act(FROM_LONG_TURN, task, NULL);
}

static void open_hosts(void) {
  const unsigned flags = take(), more = take();
  w.has_release = (flags & 2) == 0;
  w.takes_results = (flags & 4) == 0;
  const coop_host hooks = {
      .allocate = allocate,
      .free = free_block,
      .now_ms = (flags & 8) == 0 ? now_ms : NULL,
      .schedule = schedule,
      .cancel = (flags & 1) == 0 ? cancel : NULL,
      .unhandled = (flags & 16) == 0 ? unhandled : NULL,
      .release = w.has_release ? release : NULL,
      .settled = (flags & 32) == 0 ? settled : NULL,
      .long_turn = (flags & 64) == 0 ? long_turn : NULL,
  };
  w.ms_a_reading = (more & 1) == 0 ? 0.001 : 0;
  for (size_t i = 0; i < HOSTS - 1; i++) {
    w.hosts[i].own = hooks;
    w.hosts[i].hooks = &w.hosts[i].own;
  }
  w.hosts[0].own.nesting = &w.hosts[0].nesting;
  w.hosts[1].own.nesting = (more & 2) == 0 ? NULL : &w.hosts[0].nesting;
  coop_stdhost_init(&w.spare);
  coop_stdhost_init(&w.stdhost);
  host_slot *last = &w.hosts[HOSTS - 1];
  last->own = w.stdhost.hooks;
  last->hooks = &w.stdhost.hooks;
  coop_host *replaced = &w.stdhost.hooks;
  replaced->allocate = allocate;
  replaced->free = free_block;
  replaced->now_ms = now_ms;
  replaced->schedule = schedule;
  replaced->cancel = cancel;
  replaced->unhandled = unhandled;
  replaced->release = w.has_release ? release : NULL;
}

/* ---- an input ---- */

static void check_cooperators(void) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    if (w.cooperators[i].cooperator != NULL) check_invariants(w.cooperators[i].cooperator);
  }
}

static void run_input(void) {
  if (!enter(FROM_OUTSIDE, NULL, NULL)) return;
  while (w.at != w.end && w.calls_left != 0) {
    call_one(FROM_OUTSIDE);
    check_cooperators();
  }
  leave();
}

/* Runs the input in a callback, which is called in another one, and so on. */
static unsigned callbacks_left;

static void call_nested(void);

static coop_result go_deeper(void *context, coop_result result) {
  (void)context, (void)result;
  call_nested();
  return (coop_result){COOP_OK, NULL};
}

static void call_nested(void) {
  if (callbacks_left == 0) {
    run_input();
    return;
  }
  callbacks_left--;
  coop_deferred *deferred = NULL;
  CHECK(coop_deferred_create(w.hosts[0].hooks, NULL, NULL, &deferred) == COOP_OK);
  CHECK(coop_deferred_add_callbacks(deferred, &(coop_callbacks){.callback = go_deeper}) == COOP_OK);
  CHECK(coop_deferred_callback(deferred, NULL) == COOP_OK);
  coop_deferred_release(deferred);
}

/* Turns that the host runs, or that a step abandoned, must be ended. */
static void end_turns(void) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    cooperator_slot *slot = &w.cooperators[i];
    while (slot->cooperator != NULL && coop_cooperator_turning(slot->cooperator) != NULL)
      (void)coop_cooperator_end_turn(slot->cooperator, COOP_DONE);
  }
}

static void destroy_cooperators(void) {
  for (size_t i = 0; i < COOPERATORS; i++) {
    cooperator_slot *slot = &w.cooperators[i];
    if (slot->cooperator == NULL || slot->destroyed) continue;
    slot->destroyed = true;
    coop_cooperator_destroy(slot->cooperator);
  }
}

static void release_references(void) {
  for (size_t i = 0; i < PERMITS; i++) {
    if (w.permits[i].permit != NULL) (void)coop_semaphore_release(w.permits[i].semaphore, &w.permits[i].permit);
  }
  for (size_t i = 0; i < PLACES; i++) leave_place(&w.places[i]);
  for (size_t i = 0; i < SEMAPHORES; i++) {
    if (!w.semaphores[i].destroyed) coop_semaphore_destroy(w.semaphores[i].semaphore);
  }
  for (size_t i = 0; i < QUEUES; i++) {
    if (!w.queues[i].destroyed) coop_queue_destroy(w.queues[i].queue);
  }
  for (size_t i = 0; i < WAITS; i++) {
    coop_deferred *wait = w.waits[i];
    w.waits[i] = NULL;
    coop_deferred_release(wait);
  }
  for (size_t i = 0; i < TASKS; i++) {
    coop_task *task = w.tasks[i];
    w.tasks[i] = NULL;
    coop_task_release(task);
  }
  for (size_t i = 0; i < DEFERREDS; i++) {
    coop_deferred *deferred = w.deferreds[i];
    w.deferreds[i] = NULL;
    coop_deferred_release(deferred);
  }
}

/* Deferreds that are chained in a circle are never freed unless somebody fires them. So are those that a task waits for
   which was not started, if only its end would fire them. */
static void break_circles(void) {
  for (unsigned round = 0; round < 4 && w.known_count != 0; round++) {
    for (size_t i = w.known_count; i-- != 0;) {
      if (i >= w.known_count) continue; /* freed by an earlier one */
      coop_deferred *deferred = coop_deferred_retain(w.known[i].deferred);
      while (coop_deferred_unpause(deferred) == COOP_OK) continue;
      if (!coop_deferred_called(deferred))
        (void)coop_deferred_callback(deferred, NULL);
      else
        (void)coop_deferred_cancel(deferred);
      coop_deferred_release(deferred);
    }
  }
}

static void free_tokens(void) {
  while (w.tokens != NULL) {
    token *first = w.tokens;
    if (w.has_release) CHECK(first->owner != OF_LIBRARY);
    w.tokens = first->next;
    free(first);
  }
}

void reentrant_input(const unsigned char *data, size_t size) {
  static const unsigned char nested[] = {0, 1, 30, 31, 32, 33};
  traces = getenv("REENTRANT_TRACE") != NULL;
  w = (world){.at = data, .end = data + size, .calls_left = 2000, .now_ms = 1000};
  open_hosts();
  callbacks_left = nested[take_below(sizeof nested)];
  call_nested();
  CHECK_EQUAL(w.depth, 0);
  w.at = w.end;
  w.until_fault = 0;
  end_turns();
  destroy_cooperators();
  release_references();
  break_circles();
  free_tokens();
  CHECK_EQUAL(w.known_count, 0);
  CHECK_EQUAL(w.works, 0);
  CHECK_EQUAL(w.contexts, 0);
  for (size_t i = 0; i < COOPERATORS; i++) CHECK(w.cooperators[i].cooperator == NULL);
  for (size_t i = 0; i < TIMERS; i++) CHECK(w.timers[i] == NULL);
  for (size_t i = 0; i < SEMAPHORES; i++) CHECK(w.semaphores[i].semaphore == NULL);
  for (size_t i = 0; i < QUEUES; i++) CHECK(w.queues[i].queue == NULL);
  for (size_t i = 0; i < HOSTS; i++) CHECK(w.hosts[i].nesting.depth == 0 && w.hosts[i].nesting.first == NULL);
  CHECK(w.stdhost.nesting.depth == 0 && !coop_stdhost_pending(&w.stdhost));
  coop_stdhost_destroy(&w.stdhost);
  coop_stdhost_destroy(&w.spare);
  CHECK_EQUAL(w.blocks, 0);
  free(w.known);
}
