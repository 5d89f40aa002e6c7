/*
 * What a task can wait for beyond one Deferred: some time, the first of several, a Deferred with a time limit.
 *
 * Each wait is a Deferred that the iterator owns and the task awaits. It is fired by its timeout, or by an observer of
 * one of the Deferreds that it waits for, its sources. The struct `sources` belongs to the first link of its chain: when
 * the wait fires, or is released before that, the observers are removed and the struct is freed.
 *
 * The sources are observed last. So a failure of one of them counts as handled (D7) only when nothing can go wrong any
 * more. The observer itself gives the task their result, and the wait has none: its chain may run later, when it is
 * nested too deeply, and the value of the source may be gone by then, or the task stopped.
 */

#include "cooperator/sync.h"

#include "deferred_internal.h"
#include "task.h"

typedef struct sources {
  const coop_host *host;
  coop_deferred *wait; /* not a reference: its chain owns this struct */
  coop_task *task;     /* not a reference: the chain has one until the wait has fired */
  size_t size;         /* of this struct */
  size_t count;
  coop_deferred *observed[]; /* references */
} sources;

static bool observe_source(void *context, coop_deferred *deferred, coop_result result) {
  const sources *self = context;
  (void)deferred;
  if (coop_deferred_called(self->wait)) return false;
  coop_deferred *wait = coop_deferred_retain(self->wait); /* the host may run the task at once, which may release it */
  /* The value stays with the source, and so does a failure that comes too late for the task (D7). */
  const bool is_awaited = coop__task_take_awaited(self->task, wait, result);
  (void)coop_deferred_callback(wait, NULL);
  coop_deferred_release(wait);
  return is_awaited;
}

static void drop_sources(void *context) {
  sources *self = context;
  for (size_t i = 0; i < self->count; i++) {
    (void)coop_deferred_unobserve(self->observed[i], observe_source, self);
    coop_deferred_release(self->observed[i]);
  }
  coop__free(self->host, self, self->size);
}

static bool end_wait(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  (void)result;
  drop_sources(context);
  return false;
}

/* Takes references to the sources: the clock may release the caller's. */
static coop_status create_sources(coop_task *task, coop_deferred *wait, coop_deferred *const *deferreds, size_t count,
                                  sources **out) {
  const coop_host *host = task->owner.cooperator->host;
  const size_t size = sizeof(sources) + count * sizeof(coop_deferred *);
  sources *self = coop__allocate(host, size);
  if (self == NULL) return COOP_NO_MEMORY;
  *self = (sources){.host = host, .wait = wait, .task = task, .size = size, .count = count};
  for (size_t i = 0; i < count; i++) self->observed[i] = coop_deferred_retain(deferreds[i]);
  *out = self;
  const coop_status status = coop_deferred_observe(wait, end_wait, drop_sources, self);
  if (status != COOP_OK) drop_sources(self);
  return status;
}

/* The first one that has a result fires the wait, which may free `self`. */
static coop_status observe_sources(sources *self, coop_deferred *wait, size_t count) {
  coop_status status = COOP_OK;
  for (size_t i = 0; i < count && status == COOP_OK && !coop_deferred_called(wait); i++)
    status = coop_deferred_observe(self->observed[i], observe_source, NULL, self);
  return status;
}

/* The result of a wait that nothing but its timeout ends. */
static coop_result wake_up(void *context, coop_result result) {
  (void)context;
  return (coop_result){COOP_OK, result.value};
}

/* `clock` is NULL if there is no time limit; without sources, the end of the time is no failure. */
static coop_status await_first(coop_task *task, coop_deferred *const *deferreds, size_t count, double delay_ms,
                               const coop_clock *clock, coop_deferred **wait) {
  static const coop_callbacks callbacks = {.errback = wake_up};
  if (task->end != COOP_OK) return (coop_status)task->end;
  const coop_host *host = task->owner.cooperator->host;
  const coop_result awaited_before = task->awaited;
  coop_deferred *created = NULL;
  sources *self = NULL;
  coop_status status = coop_deferred_create(host, NULL, NULL, &created);
  if (status != COOP_OK) return status;
  coop_task_retain(task); /* the clock may release the caller's reference */
  if (count != 0) status = create_sources(task, created, deferreds, count, &self);
  if (status == COOP_OK && clock != NULL) status = coop_deferred_add_timeout(created, delay_ms, clock);
  if (status == COOP_OK && count == 0) status = coop_deferred_add_callbacks(created, &callbacks);
  if (status == COOP_OK) status = coop_task_await(task, created);
  if (status == COOP_OK) {
    status = observe_sources(self, created, count);
    if (status != COOP_OK) task->awaited = awaited_before;
  }
  coop_deferred *unused = created;
  if (status == COOP_OK) {
    unused = *wait;
    *wait = created;
  }
  coop_deferred_release(unused); /* removes its observers, and cancels its timer */
  coop_task_release(task);
  return status;
}

coop_status coop_task_sleep(coop_task *task, double delay_ms, const coop_clock *clock, coop_deferred **wait) {
  if (task == NULL || clock == NULL || wait == NULL) return COOP_INVALID_ARGUMENT;
  return await_first(task, NULL, 0, delay_ms, clock, wait);
}

coop_status coop_task_await_until(coop_task *task, coop_deferred *deferred, double delay_ms, const coop_clock *clock,
                                  coop_deferred **wait) {
  if (task == NULL || deferred == NULL || clock == NULL || wait == NULL) return COOP_INVALID_ARGUMENT;
  return await_first(task, &deferred, 1, delay_ms, clock, wait);
}

coop_status coop_task_await_any(coop_task *task, coop_deferred *const *deferreds, size_t count, coop_deferred **wait) {
  if (task == NULL || deferreds == NULL || count == 0 || wait == NULL) return COOP_INVALID_ARGUMENT;
  for (size_t i = 0; i < count; i++) {
    if (deferreds[i] == NULL) return COOP_INVALID_ARGUMENT;
  }
  return await_first(task, deferreds, count, 0, NULL, wait);
}
