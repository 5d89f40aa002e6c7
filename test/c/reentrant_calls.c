#include <math.h>
#include <stdlib.h>

#include "reentrant_world.h"

/*
 * One function here for each public function. It chooses arguments from the input; if there is no object to call the
 * function with, it does nothing and returns false, except that functions which take NULL get NULL.
 */

#define TASK_OR_RETURN(name)           \
  coop_task *const name = pick_task(); \
  if (name == NULL) return false

#define DEFERRED_OR_RETURN(name)               \
  coop_deferred *const name = pick_deferred(); \
  if (name == NULL) return false

#define SOURCE_OR_RETURN(name)               \
  coop_deferred *const name = pick_source(); \
  if (name == NULL) return false

#define COOPERATOR_OR_RETURN(slot)                 \
  cooperator_slot *const slot = pick_cooperator(); \
  if (slot == NULL) return false;                  \
  coop_cooperator *const cooperator = slot->cooperator

/* Uses a borrowed task, which may become a reference of the program's. */
static void look_at(coop_task *task) {
  if (task == NULL) return;
  (void)coop_task_state(task);
  for (size_t i = 0; i < TASKS; i++) {
    if (w.tasks[i] != NULL || !take_one_of(4)) continue;
    w.tasks[i] = coop_task_retain(task);
    return;
  }
}

/* As look_at, for hooks that only query. */
static void query(const coop_task *task) {
  if (task != NULL) (void)coop_task_state(task);
}

/* ---- cooperators ---- */

static bool call_coop_cooperator_create(void) {
  static const double lengths_ms[] = {0, 1, 0.05, 20, -1}, quanta_ms[] = {0, 0.5, 0.001, 1000, -1};
  cooperator_slot *slot = w.cooperators;
  while (slot != w.cooperators + COOPERATORS && slot->cooperator != NULL) slot++;
  if (slot == w.cooperators + COOPERATORS) return false;
  const unsigned flags = take();
  const double slice_ms = lengths_ms[take_below(5)], quantum_ms = quanta_ms[take_below(5)];
  const coop_cooperator_options options = {
      .not_started = (flags & 7) == 1,
      .slice_ms = slice_ms,
      .predicate_factory = (flags & 8) != 0 ? limit_slice : NULL,
      .predicate = (flags & 16) != 0 ? end_slice : NULL,
      .fairness = (flags & 32) != 0 ? COOP_FAIR_BY_TIME : COOP_FAIR_BY_TURNS,
      .quantum_ms = quantum_ms,
  };
  const coop_host *host = pick_host();
  slot->hooks = host;
  slot->of_stdhost = host == &w.stdhost.hooks;
  (void)coop_cooperator_create(host, (flags & 128) != 0 ? NULL : &options, &slot->cooperator);
  return true;
}

static bool call_coop_cooperator_destroy(void) {
  cooperator_slot *slot = pick_cooperator();
  if (slot == NULL || slot->destroyed) {
    coop_cooperator_destroy(NULL);
    return true;
  }
  slot->destroyed = true;
  coop_cooperator_destroy(slot->cooperator);
  return true;
}

static bool call_coop_cooperator_context(void) {
  COOPERATOR_OR_RETURN(slot);
  (void)coop_cooperator_context(cooperator);
  return true;
}

static bool call_coop_cooperator_set_context(void) {
  COOPERATOR_OR_RETURN(slot);
  coop_cooperator_set_context(cooperator, slot);
  return true;
}

static bool call_coop_cooperator_start(void) {
  cooperator_slot *slot = pick_cooperator();
  (void)coop_cooperator_start(slot == NULL ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_stop(void) {
  cooperator_slot *slot = pick_cooperator();
  (void)coop_cooperator_stop(slot == NULL ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_pause(void) {
  cooperator_slot *slot = pick_cooperator();
  (void)coop_cooperator_pause(slot == NULL ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_resume(void) {
  cooperator_slot *slot = pick_cooperator();
  (void)coop_cooperator_resume(slot == NULL ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_running(void) {
  COOPERATOR_OR_RETURN(slot);
  (void)coop_cooperator_running(cooperator);
  return true;
}

/*
 * Runs `run` on a cooperator. If that is called from outside all hooks, a step may be left by longjmp. Its turn is then
 * ended at once, or later by another call.
 */
static void run_turns(cooperator_slot *slot, void (*run)(coop_cooperator *cooperator)) {
  if (w.depth != 1) {
    run(slot->cooperator);
    return;
  }
  w.may_abandon = slot;
  w.may_abandon_depth = w.depth;
  if (setjmp(w.abandoned) == 0) {
    run(slot->cooperator);
  } else {
    w.depth = w.may_abandon_depth;
    w.may_abandon->steps--;
  }
  w.may_abandon = NULL;
}

static void run_slice(coop_cooperator *cooperator) { coop_cooperator_run_slice(cooperator); }
static void begin_slice(coop_cooperator *cooperator) { look_at(coop_cooperator_begin_slice(cooperator)); }
static void end_turn(coop_cooperator *cooperator) { look_at(coop_cooperator_end_turn(cooperator, take_turn())); }

/* The stdhost runs the slices of its cooperators itself. */
static bool runs_slices(cooperator_slot *slot) {
  if (slot == NULL || slot->of_stdhost) return false;
  slot->pending = false;
  return true;
}

static bool call_coop_cooperator_run_slice(void) {
  cooperator_slot *slot = pick_cooperator();
  if (runs_slices(slot))
    run_turns(slot, run_slice);
  else
    coop_cooperator_run_slice(NULL);
  return true;
}

static bool call_coop_cooperator_begin_slice(void) {
  cooperator_slot *slot = pick_cooperator();
  if (runs_slices(slot))
    run_turns(slot, begin_slice);
  else
    CHECK(coop_cooperator_begin_slice(NULL) == NULL);
  return true;
}

static bool call_coop_cooperator_end_turn(void) {
  cooperator_slot *slot = pick_cooperator();
  if (slot != NULL && slot->steps == 0)
    run_turns(slot, end_turn);
  else
    CHECK(coop_cooperator_end_turn(NULL, COOP_MORE) == NULL);
  return true;
}

static bool call_coop_cooperator_turning(void) {
  COOPERATOR_OR_RETURN(slot);
  query(coop_cooperator_turning(cooperator));
  return true;
}

static bool call_coop_cooperator_suspend_turn(void) {
  cooperator_slot *slot = pick_cooperator();
  const coop_task *task = slot == NULL ? NULL : coop_cooperator_turning(slot->cooperator);
  const bool of_step = task != NULL && coop_task_step(task) != NULL; /* it runs, or was left by longjmp */
  coop_cooperator_suspend_turn(slot == NULL || of_step ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_should_yield(void) {
  cooperator_slot *slot = pick_cooperator();
  (void)coop_cooperator_should_yield(slot == NULL ? NULL : slot->cooperator);
  return true;
}

static bool call_coop_cooperator_get_stats(void) {
  COOPERATOR_OR_RETURN(slot);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(stats.longest_slice_ms >= 0);
  return true;
}

static bool call_coop_cooperator_first_task(void) {
  COOPERATOR_OR_RETURN(slot);
  query(coop_cooperator_first_task(cooperator));
  return true;
}

/* ---- tasks ---- */

static bool call_coop_task_create(void) {
  coop_task **out = empty_task_slot();
  cooperator_slot *slot = pick_cooperator();
  if (slot == NULL || out == NULL) return false;
  const coop_iterator iterator = take_iterator();
  if (coop_task_create(slot->cooperator, iterator, out) != COOP_OK) discard_iterator(iterator);
  return true;
}

static bool call_coop_task_start(void) {
  (void)coop_task_start(pick_task());
  return true;
}

static bool call_coop_cooperate(void) {
  coop_task **out = empty_task_slot();
  cooperator_slot *slot = pick_cooperator();
  if (slot == NULL || out == NULL) return false;
  const coop_iterator iterator = take_iterator();
  if (coop_cooperate(slot->cooperator, iterator, take_one_of(4) ? NULL : out) != COOP_OK) discard_iterator(iterator);
  return true;
}

static bool call_coop_coiterate(void) {
  cooperator_slot *slot = pick_cooperator();
  DEFERRED_OR_RETURN(done);
  const coop_iterator iterator = take_iterator();
  if (coop_coiterate(slot == NULL ? NULL : slot->cooperator, iterator, done) != COOP_OK) discard_iterator(iterator);
  return true;
}

static bool call_coop_task_should_yield(void) {
  (void)coop_task_should_yield(pick_task());
  return true;
}

static bool call_coop_task_next(void) {
  TASK_OR_RETURN(task);
  query(coop_task_next(task));
  return true;
}

static bool call_coop_task_retain(void) {
  TASK_OR_RETURN(task);
  for (size_t i = 0; i < TASKS; i++) {
    if (w.tasks[i] != NULL) continue;
    w.tasks[i] = coop_task_retain(task);
    return true;
  }
  return false;
}

static bool call_coop_task_release(void) {
  coop_task **slot = &w.tasks[take_below(TASKS)], *task = *slot;
  *slot = NULL;
  coop_task_release(task);
  return true;
}

static bool call_coop_task_pause(void) {
  (void)coop_task_pause(pick_task());
  return true;
}
static bool call_coop_task_resume(void) {
  (void)coop_task_resume(pick_task());
  return true;
}
static bool call_coop_task_stop(void) {
  (void)coop_task_stop(pick_task());
  return true;
}
static bool call_coop_task_wake(void) {
  coop_task_wake(pick_task());
  return true;
}

static bool call_coop_task_await(void) {
  coop_task *const task = pick_task();
  (void)coop_task_await(task, pick_source());
  return true;
}

static bool call_coop_task_awaited(void) {
  TASK_OR_RETURN(task);
  (void)coop_task_awaited(task);
  return true;
}

static bool call_coop_task_set_result(void) {
  TASK_OR_RETURN(task);
  token *value = new_token();
  value->owner = OF_TASK;
  coop_task_set_result(task, value);
  return true;
}

static bool call_coop_task_set_failure(void) {
  TASK_OR_RETURN(task);
  const coop_failure failure = take_failure();
  if (failure.value != NULL) ((token *)failure.value)->owner = OF_TASK;
  coop_task_set_failure(task, failure);
  return true;
}

static bool call_coop_task_state(void) {
  TASK_OR_RETURN(task);
  (void)coop_task_state(task);
  return true;
}

static bool call_coop_task_stopped_with(void) {
  TASK_OR_RETURN(task);
  const bool stopped = coop_task_stopped_with(task) != COOP_OK;
  CHECK(coop_task_state(task) != COOP_STATE_STOPPED || stopped);
  return true;
}

static bool call_coop_task_outcome(void) {
  TASK_OR_RETURN(task);
  const bool finished = coop_task_outcome(task).status != COOP_PENDING;
  CHECK(finished == (coop_task_state(task) >= COOP_STATE_DONE && coop_task_state(task) <= COOP_STATE_STOPPED));
  return true;
}

static bool call_coop_task_pauses(void) {
  TASK_OR_RETURN(task);
  (void)coop_task_pauses(task);
  return true;
}

static bool call_coop_task_step(void) {
  TASK_OR_RETURN(task);
  const coop_step_fn function = coop_task_step(task);
  CHECK(function == NULL || function == step || function == coroutine_step);
  return true;
}

static bool call_coop_task_iterator_state(void) {
  TASK_OR_RETURN(task);
  CHECK(coop_task_iterator_state(task) != NULL);
  return true;
}

static bool call_coop_task_when_done(void) {
  coop_deferred **out = empty_deferred_slot();
  coop_task *const task = pick_task();
  if (task == NULL || out == NULL) return false;
  coop_deferred *done = NULL;
  if (coop_task_when_done(task, &done) == COOP_OK) {
    CHECK(*out == NULL);
    *out = done;
    know_deferred(done, false);
  }
  return true;
}

static bool call_coop_task_handle_failure(void) {
  TASK_OR_RETURN(task);
  coop_task_handle_failure(task);
  return true;
}

static bool call_coop_task_get_stats(void) {
  TASK_OR_RETURN(task);
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  CHECK(stats.busy_ms >= 0);
  return true;
}

/* ---- Deferreds ---- */

static bool call_coop_deferred_create(void) {
  coop_deferred **out = empty_deferred_slot();
  const coop_host *host = pick_host();
  if (out == NULL) return false;
  if (coop_deferred_create(host, take_one_of(2) ? cancel_it : NULL, NULL, out) == COOP_OK) know_deferred(*out, false);
  return true;
}

static bool call_coop_deferred_restore(void) {
  coop_deferred **out = empty_deferred_slot();
  const coop_host *host = pick_host();
  if (out == NULL) return false;
  const coop_result value = {COOP_OK, new_token()};
  const coop_result result = take_one_of(2) ? take_failure() : value;
  const unsigned flags = take();
  const coop_settlement settlement = {result, (flags & 1) != 0, (flags & 2) != 0};
  give(settlement.result.value);
  if (coop_deferred_restore(host, &settlement, NULL, out) == COOP_OK)
    know_deferred(*out, false);
  else
    take_back(settlement.result.value);
  return true;
}

static bool call_coop_deferred_retain(void) {
  DEFERRED_OR_RETURN(deferred);
  for (size_t i = 0; i < DEFERREDS; i++) {
    if (w.deferreds[i] != NULL) continue;
    w.deferreds[i] = coop_deferred_retain(deferred);
    return true;
  }
  return false;
}

static bool call_coop_deferred_release(void) {
  coop_deferred **slot = &w.deferreds[take_below(DEFERREDS)], *deferred = *slot;
  *slot = NULL;
  coop_deferred_release(deferred);
  return true;
}

static bool call_coop_deferred_context(void) {
  SOURCE_OR_RETURN(deferred);
  (void)coop_deferred_context(deferred);
  return true;
}

static bool call_coop_deferred_set_context(void) {
  DEFERRED_OR_RETURN(deferred);
  coop_deferred_set_context(deferred, &w);
  return true;
}

static bool call_coop_deferred_called(void) {
  SOURCE_OR_RETURN(deferred);
  (void)coop_deferred_called(deferred);
  return true;
}

static bool call_coop_deferred_result(void) {
  SOURCE_OR_RETURN(deferred);
  const coop_result result = coop_deferred_result(deferred);
  CHECK(result.status == COOP_PENDING || coop_deferred_called(deferred));
  if (result.status != COOP_PENDING) check_lent(result.value);
  return true;
}

/* Passes the value to a call that returns whether it has taken it. */
static void fire(coop_deferred *deferred, coop_result result) {
  give(result.value);
  if (coop_deferred_fire(deferred, result) != COOP_OK) take_back(result.value);
}

static bool call_coop_deferred_fire(void) {
  coop_deferred *const deferred = pick_deferred();
  if (take_one_of(2))
    (void)coop_deferred_fire(deferred, coop_wait_for(pick_source()));
  else if (take_one_of(2))
    fire(deferred, take_failure());
  else
    fire(deferred, (coop_result){COOP_OK, new_token()});
  return true;
}

static bool call_coop_deferred_callback(void) {
  coop_deferred *const deferred = pick_deferred();
  token *value = take_one_of(2) ? new_token() : NULL;
  give(value);
  if (coop_deferred_callback(deferred, value) != COOP_OK) take_back(value);
  return true;
}

static bool call_coop_deferred_errback(void) {
  coop_deferred *const deferred = pick_deferred();
  const coop_failure failure = take_failure();
  give(failure.value);
  if (coop_deferred_errback(deferred, failure) != COOP_OK) take_back(failure.value);
  if (take_one_of(8)) CHECK(coop_deferred_errback(deferred, (coop_failure){COOP_OK, NULL}) == COOP_INVALID_ARGUMENT);
  return true;
}

static bool call_coop_wait_for(void) {
  coop_deferred *const deferred = pick_source();
  CHECK(coop_wait_for(deferred).value == deferred);
  return true;
}

static bool call_coop_deferred_add_callbacks(void) {
  static const coop_callbacks empty = {0};
  coop_deferred *const deferred = pick_source();
  coop_callbacks pair = empty;
  switch (take_below(6)) {
    case 0: /* refused */
      break;
    case 1: /* nothing to drop */
      pair.callback = pair.errback = call_back_static;
      break;
    case 2:
      pair = (coop_callbacks){.errback = err_back, .drop = drop, .context = new_context()};
      break;
    case 3:
      pair = (coop_callbacks){.callback = call_back, .errback = err_back, .drop = drop, .context = new_context()};
      break;
    default:
      pair = (coop_callbacks){.callback = call_back, .drop = drop, .context = new_context()};
  }
  const coop_status status = coop_deferred_add_callbacks(deferred, &pair);
  if (status != COOP_OK && pair.context != NULL) free_context(pair.context);
  return true;
}

static bool call_coop_deferred_observe(void) {
  coop_deferred *const deferred = pick_source();
  if (take_one_of(4)) {
    (void)coop_deferred_observe(deferred, observe_static, NULL, NULL);
    return true;
  }
  void *context = new_context();
  if (coop_deferred_observe(deferred, observe, drop, context) != COOP_OK) free_context(context);
  return true;
}

static bool call_coop_deferred_unobserve(void) {
  SOURCE_OR_RETURN(deferred);
  (void)coop_deferred_unobserve(deferred, observe_static, NULL);
  return true;
}

static bool call_coop_deferred_chain(void) {
  coop_deferred *const deferred = pick_source();
  (void)coop_deferred_chain(deferred, pick_deferred());
  return true;
}

static bool call_coop_deferred_pause(void) {
  (void)coop_deferred_pause(pick_source());
  return true;
}
static bool call_coop_deferred_unpause(void) {
  (void)coop_deferred_unpause(pick_source());
  return true;
}
static bool call_coop_deferred_cancel(void) {
  (void)coop_deferred_cancel(pick_source());
  return true;
}

static bool call_coop_deferred_cancel_with(void) {
  coop_deferred *const deferred = pick_source();
  token *value = new_token();
  give(value);
  if (coop_deferred_cancel_with(deferred, value) != COOP_OK) take_back(value);
  return true;
}

static bool call_coop_deferred_add_timeout(void) {
  static const coop_clock clock = {.call_later = call_later, .cancel = cancel_call},
                          refuses = {.call_later = refuse_later};
  coop_deferred *const deferred = pick_source();
  const double delay_ms = take_one_of(8) ? (double)INFINITY : 10;
  (void)coop_deferred_add_timeout(deferred, delay_ms, take_one_of(8) ? &refuses : &clock);
  return true;
}

static bool call_coop_timeout_fire(void) {
  const unsigned first = take_below(TIMERS);
  for (unsigned i = 0; i < TIMERS; i++) {
    coop_timeout **slot = &w.timers[(first + i) % TIMERS], *timeout = *slot;
    if (timeout == NULL) continue;
    *slot = NULL;
    token *value = take_one_of(2) ? new_token() : NULL;
    give(value);
    coop_timeout_fire(timeout, value);
    return true;
  }
  return false;
}

/* ---- semaphores ---- */

static semaphore_slot *pick_semaphore(void) {
  const unsigned first = take_below(SEMAPHORES);
  for (unsigned i = 0; i < SEMAPHORES; i++) {
    semaphore_slot *slot = &w.semaphores[(first + i) % SEMAPHORES];
    if (slot->semaphore != NULL) return slot;
  }
  return NULL;
}

static bool call_coop_semaphore_create(void) {
  for (size_t i = 0; i < SEMAPHORES; i++) {
    if (w.semaphores[i].semaphore != NULL) continue;
    const coop_host *host = pick_host();
    (void)coop_semaphore_create(host, take_below(4), &w.semaphores[i].semaphore);
    return true;
  }
  return false;
}

static bool call_coop_semaphore_destroy(void) {
  semaphore_slot *slot = pick_semaphore();
  if (slot == NULL || slot->destroyed) {
    coop_semaphore_destroy(NULL);
    return true;
  }
  slot->destroyed = true;
  coop_semaphore_destroy(slot->semaphore);
  return true;
}

static bool call_coop_semaphore_acquire(void) {
  semaphore_slot *slot = pick_semaphore();
  if (slot == NULL) return false;
  coop_semaphore *semaphore = slot->semaphore;
  for (size_t i = 0; i < PERMITS; i++) {
    if (w.permits[i].permit != NULL) continue;
    coop_deferred *permit = NULL;
    if (coop_semaphore_acquire(semaphore, &permit) == COOP_OK) {
      CHECK(w.permits[i].permit == NULL); /* only queries were called */
      w.permits[i] = (permit_slot){permit, semaphore};
      know_deferred(permit, true);
    }
    return true;
  }
  return false;
}

static bool call_coop_semaphore_release(void) {
  const unsigned first = take_below(PERMITS);
  for (unsigned i = 0; i < PERMITS; i++) {
    permit_slot *slot = &w.permits[(first + i) % PERMITS];
    if (slot->permit == NULL) continue;
    (void)coop_semaphore_release(slot->semaphore, &slot->permit);
    return true;
  }
  return false;
}

static bool call_coop_semaphore_set_limit(void) {
  semaphore_slot *slot = pick_semaphore();
  (void)coop_semaphore_set_limit(slot == NULL ? NULL : slot->semaphore, take_below(4));
  return true;
}

static bool call_coop_semaphore_limit(void) {
  semaphore_slot *slot = pick_semaphore();
  if (slot != NULL) CHECK(coop_semaphore_limit(slot->semaphore) != 0);
  return slot != NULL;
}

static bool call_coop_semaphore_active(void) {
  semaphore_slot *slot = pick_semaphore();
  if (slot != NULL) CHECK(coop_semaphore_active(slot->semaphore) <= 2 * PERMITS + FRAMES_MAX);
  return slot != NULL;
}

static bool call_coop_semaphore_waiting(void) {
  semaphore_slot *slot = pick_semaphore();
  if (slot != NULL) CHECK(coop_semaphore_waiting(slot->semaphore) <= PERMITS);
  return slot != NULL;
}

/* ---- queues ---- */

static queue_slot *pick_queue(void) {
  const unsigned first = take_below(QUEUES);
  for (unsigned i = 0; i < QUEUES; i++) {
    queue_slot *slot = &w.queues[(first + i) % QUEUES];
    if (slot->queue != NULL) return slot;
  }
  return NULL;
}

static place_slot *empty_place(void) {
  for (size_t i = 0; i < PLACES; i++) {
    if (w.places[i].place == NULL) return &w.places[i];
  }
  return NULL;
}

/* A place that a call has returned. */
static void keep_place(coop_deferred *deferred, token *item) {
  know_deferred(deferred, true);
  place_slot *slot = empty_place();
  place_slot none = {deferred, item};
  if (slot != NULL)
    *slot = none;
  else
    leave_place(&none);
}

static bool call_coop_queue_create(void) {
  for (size_t i = 0; i < QUEUES; i++) {
    if (w.queues[i].queue != NULL) continue;
    const coop_host *host = pick_host();
    (void)coop_queue_create(host, take_below(4), &w.queues[i].queue);
    return true;
  }
  return false;
}

static bool call_coop_queue_destroy(void) {
  queue_slot *slot = pick_queue();
  if (slot == NULL || slot->destroyed) {
    coop_queue_destroy(NULL);
    return true;
  }
  slot->destroyed = true;
  coop_queue_destroy(slot->queue);
  return true;
}

static bool call_coop_queue_put(void) {
  queue_slot *slot = pick_queue();
  coop_queue *queue = slot == NULL ? NULL : slot->queue;
  token *item = new_token();
  const bool waits = !take_one_of(3) && empty_place() != NULL;
  coop_deferred *put = NULL;
  give(item);
  if (coop_queue_put(queue, item, waits ? &put : NULL) != COOP_OK) {
    take_back(item);
  } else if (waits) {
    w.until_fault = 0;
    CHECK(coop_deferred_observe(put, observe_put, NULL, item) == COOP_OK);
    keep_place(put, item);
  }
  return true;
}

static bool call_coop_queue_get(void) {
  queue_slot *slot = pick_queue();
  coop_deferred *get = NULL;
  if (slot == NULL || empty_place() == NULL) return false;
  if (coop_queue_get(slot->queue, &get) == COOP_OK) keep_place(get, NULL);
  return true;
}

static bool call_coop_queue_leave(void) {
  const unsigned first = take_below(PLACES);
  for (unsigned i = 0; i < PLACES; i++) {
    place_slot *slot = &w.places[(first + i) % PLACES];
    if (slot->place == NULL) continue;
    leave_place(slot);
    return true;
  }
  return false;
}

static bool call_coop_queue_close(void) {
  queue_slot *slot = pick_queue();
  (void)coop_queue_close(slot == NULL ? NULL : slot->queue);
  return true;
}

static bool call_coop_queue_closed(void) {
  queue_slot *slot = pick_queue();
  if (slot != NULL) (void)coop_queue_closed(slot->queue);
  return slot != NULL;
}

static bool call_coop_queue_length(void) {
  queue_slot *slot = pick_queue();
  if (slot != NULL) (void)coop_queue_length(slot->queue);
  return slot != NULL;
}

/* ---- other waits ---- */

static const coop_clock wait_clock = {.call_later = call_later, .cancel = cancel_call};

static coop_deferred **pick_wait(void) { return &w.waits[take_below(WAITS)]; }

static void know_waits(void) {
  for (size_t i = 0; i < WAITS; i++) {
    if (w.waits[i] == NULL) continue;
    know_deferred(w.waits[i], true);
    w.has_waited = true;
  }
}

static bool call_coop_task_sleep(void) {
  coop_task *const task = pick_task();
  const double delay_ms = take_one_of(8) ? (double)INFINITY : 5;
  (void)coop_task_sleep(task, delay_ms, &wait_clock, pick_wait());
  know_waits();
  return true;
}

static bool call_coop_task_await_until(void) {
  coop_task *const task = pick_task();
  coop_deferred *const deferred = pick_source();
  (void)coop_task_await_until(task, deferred, 5, &wait_clock, pick_wait());
  know_waits();
  return true;
}

static bool call_coop_task_await_any(void) {
  coop_task *const task = pick_task();
  coop_deferred *deferreds[3];
  const size_t count = take_below(4);
  for (size_t i = 0; i < count; i++) deferreds[i] = pick_source();
  (void)coop_task_await_any(task, deferreds, count, pick_wait());
  know_waits();
  return true;
}

/* ---- the ready-made host ---- */

static bool call_coop_stdhost_init(void) {
  coop_stdhost_destroy(&w.spare);
  coop_stdhost_init(&w.spare);
  return true;
}

static bool call_coop_stdhost_destroy(void) {
  coop_stdhost other;
  coop_stdhost_init(&other);
  coop_stdhost_destroy(&other);
  return true;
}

static bool call_coop_stdhost_pending(void) {
  (void)coop_stdhost_pending(&w.stdhost);
  CHECK(!coop_stdhost_pending(&w.spare));
  return true;
}

static bool call_coop_stdhost_delay_ms(void) {
  (void)coop_stdhost_delay_ms(&w.stdhost);
  return true;
}

static bool call_coop_stdhost_run_once(void) {
  coop_stdhost *host = w.inside_stdhost == 0 ? &w.stdhost : &w.spare;
  w.inside_stdhost++;
  (void)coop_stdhost_run_once(host);
  w.inside_stdhost--;
  return true;
}

static bool call_coop_stdhost_run(void) {
  coop_stdhost *host = w.inside_stdhost == 0 ? &w.stdhost : &w.spare;
  w.inside_stdhost++;
  coop_stdhost_run(host);
  CHECK(!coop_stdhost_pending(host));
  w.inside_stdhost--;
  return true;
}

/* ---- statuses ---- */

static bool call_coop_status_name(void) {
  CHECK(coop_status_name((coop_status)take()) != NULL);
  return true;
}
static bool call_coop_status_message(void) {
  CHECK(coop_status_message((coop_status)take()) != NULL);
  return true;
}

/* ---- the table ---- */

/* A test compares it with the headers: every function must be here, and those that query are those that are passed
   objects as pointers to const, or none. */
reentrant_function reentrant_functions[] = {
#define CALLS(function)                      \
  {                                          \
#function, call_##function, false, { 0 } \
  }
#define QUERIES(function)                   \
  {                                         \
#function, call_##function, true, { 0 } \
  }
    CALLS(coop_cooperator_create),
    CALLS(coop_cooperator_destroy),
    QUERIES(coop_cooperator_context),
    CALLS(coop_cooperator_set_context),
    CALLS(coop_task_create),
    CALLS(coop_task_start),
    CALLS(coop_cooperate),
    CALLS(coop_coiterate),
    CALLS(coop_cooperator_start),
    CALLS(coop_cooperator_stop),
    QUERIES(coop_cooperator_running),
    CALLS(coop_cooperator_run_slice),
    CALLS(coop_cooperator_begin_slice),
    CALLS(coop_cooperator_end_turn),
    QUERIES(coop_cooperator_turning),
    CALLS(coop_cooperator_suspend_turn),
    CALLS(coop_cooperator_should_yield),
    CALLS(coop_task_should_yield),
    QUERIES(coop_cooperator_get_stats),
    QUERIES(coop_cooperator_first_task),
    QUERIES(coop_task_next),
    CALLS(coop_task_retain),
    CALLS(coop_task_release),
    CALLS(coop_task_pause),
    CALLS(coop_task_resume),
    CALLS(coop_task_stop),
    CALLS(coop_task_wake),
    CALLS(coop_task_await),
    QUERIES(coop_task_awaited),
    CALLS(coop_task_set_result),
    CALLS(coop_task_set_failure),
    QUERIES(coop_task_state),
    QUERIES(coop_task_stopped_with),
    QUERIES(coop_task_outcome),
    QUERIES(coop_task_pauses),
    QUERIES(coop_task_step),
    QUERIES(coop_task_iterator_state),
    CALLS(coop_task_when_done),
    CALLS(coop_task_handle_failure),
    QUERIES(coop_task_get_stats),
    CALLS(coop_deferred_create),
    CALLS(coop_deferred_restore),
    CALLS(coop_deferred_retain),
    CALLS(coop_deferred_release),
    QUERIES(coop_deferred_context),
    CALLS(coop_deferred_set_context),
    QUERIES(coop_deferred_called),
    QUERIES(coop_deferred_result),
    CALLS(coop_deferred_fire),
    CALLS(coop_deferred_callback),
    CALLS(coop_deferred_errback),
    QUERIES(coop_wait_for),
    CALLS(coop_deferred_add_callbacks),
    CALLS(coop_deferred_observe),
    CALLS(coop_deferred_chain),
    CALLS(coop_deferred_pause),
    CALLS(coop_deferred_unpause),
    CALLS(coop_deferred_cancel),
    CALLS(coop_deferred_cancel_with),
    CALLS(coop_deferred_add_timeout),
    CALLS(coop_timeout_fire),
    CALLS(coop_stdhost_init),
    CALLS(coop_stdhost_destroy),
    QUERIES(coop_stdhost_pending),
    CALLS(coop_stdhost_run_once),
    CALLS(coop_stdhost_run),
    QUERIES(coop_status_name),
    QUERIES(coop_status_message),
    CALLS(coop_deferred_unobserve),
    CALLS(coop_semaphore_create),
    CALLS(coop_semaphore_destroy),
    CALLS(coop_semaphore_acquire),
    CALLS(coop_semaphore_release),
    CALLS(coop_semaphore_set_limit),
    QUERIES(coop_semaphore_limit),
    QUERIES(coop_semaphore_active),
    QUERIES(coop_semaphore_waiting),
    CALLS(coop_queue_create),
    CALLS(coop_queue_destroy),
    CALLS(coop_queue_put),
    CALLS(coop_queue_get),
    CALLS(coop_queue_leave),
    CALLS(coop_queue_close),
    QUERIES(coop_queue_closed),
    QUERIES(coop_queue_length),
    CALLS(coop_task_sleep),
    CALLS(coop_task_await_until),
    CALLS(coop_task_await_any),
    CALLS(coop_cooperator_pause),
    CALLS(coop_cooperator_resume),
    QUERIES(coop_stdhost_delay_ms),
#undef CALLS
#undef QUERIES
};

const size_t reentrant_function_count = sizeof reentrant_functions / sizeof reentrant_functions[0];
