#include "fake_host.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory */

typedef union block {
  struct {
    size_t size;
    uint32_t mark;
  } head;
  max_align_t align;
} block;

static const uint32_t alive_mark = 0xC0FFEE11u;
static const uint32_t dead_mark = 0xDEADDEADu;

static void *allocate(void *context, size_t size) {
  fake_host *host = context;
  CHECK(size != 0);
  host->allocations++;
  if (host->fail_at && (host->allocations == host->fail_at || (host->fail_on && host->allocations > host->fail_at))) {
    host->failed = true;
    return NULL;
  }
  block *fresh = malloc(sizeof(block) + size);
  if (!fresh) {
    return NULL;
  }
  fresh->head.size = size;
  fresh->head.mark = alive_mark;
  memset(fresh + 1, 0xA5, size);
  host->blocks++;
  host->bytes += size;
  return fresh + 1;
}

static void free_block(void *context, void *memory, size_t size) {
  fake_host *host = context;
  if (!CHECK(memory != NULL)) {
    return;
  }
  block *old = (block *)memory - 1;
  if (!CHECK(old->head.mark == alive_mark)) {
    return;
  }
  CHECK_EQUAL(size, old->head.size);
  size = old->head.size;
  host->blocks--;
  host->bytes -= size;
  memset(old, 0xDD, sizeof(block) + size);
  old->head.mark = dead_mark;
  free(old);
}

void host_fail_allocation(fake_host *host, size_t n, bool on) {
  host->fail_at = n ? host->allocations + n : 0;
  host->fail_on = on;
  host->failed = false;
}

/* Events */

void host_log(fake_host *host, const char *format, ...) {
  char event[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(event, sizeof event, format, arguments);
  va_end(arguments);
  CHECK(length >= 0 && (size_t)length < sizeof event && !strchr(event, ','));
  size_t needed = host->log_length + strlen(event) + 3;
  if (needed > host->log_capacity) {
    host->log_capacity = 2 * needed;
    host->log = realloc(host->log, host->log_capacity);
    if (!host->log) {
      abort();
    }
  }
  host->log_length += (size_t)sprintf(host->log + host->log_length, "%s%s", host->log_length ? ", " : "", event);
}

bool host_expect(fake_host *host, const char *events, const char *file, int line) {
  char what[40];
  snprintf(what, sizeof what, "events of expectation %zu", ++host->expectations);
  bool same = check_text(host->log_length ? host->log : "", events, file, line, what);
  host_forget(host);
  return same;
}

void host_forget(fake_host *host) { host->log_length = 0; }

size_t host_count(const fake_host *host, const char *event) {
  size_t count = 0;
  size_t length = strlen(event);
  const char *at = host->log_length ? host->log : "";
  while (*at) {
    size_t size = strcspn(at, ",");
    count += size == length && memcmp(at, event, size) == 0;
    at += size;
    at += strspn(at, ", ");
  }
  return count;
}

/* Hooks */

static double now_ms(void *context) {
  fake_host *host = context;
  host->readings++;
  host->now_ms += host->ms_a_reading;
  return host->now_ms;
}

static size_t find_pending(const fake_host *host, const coop_cooperator *cooperator) {
  size_t i = 0;
  while (i < host->pendings && host->pending[i] != cooperator) {
    i++;
  }
  return i;
}

static void remove_pending(fake_host *host, size_t i) {
  host->pendings--;
  memmove(host->pending + i, host->pending + i + 1, (host->pendings - i) * sizeof host->pending[0]);
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  fake_host *host = context;
  host->schedules++;
  CHECK(find_pending(host, cooperator) == host->pendings);
  if (host->schedule_status != COOP_OK) {
    host_log(host, "schedule refused");
    return host->schedule_status;
  }
  host_log(host, "schedule");
  if (host->at_once) {
    coop_cooperator_run_slice(cooperator);
  } else if (CHECK(host->pendings < HOST_PENDING_MAX)) {
    host->pending[host->pendings++] = cooperator;
  }
  return COOP_OK;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  fake_host *host = context;
  host->cancels++;
  host_log(host, "cancel");
  size_t i = find_pending(host, cooperator);
  if (CHECK(i < host->pendings)) {
    remove_pending(host, i);
  }
}

static void unhandled(void *context, coop_failure reported) {
  char text[100];
  host_log(context, "unhandled %s", result_text(reported, text, sizeof text));
}

static void release(void *context, void *released) {
  CHECK(released != NULL);
  host_log(context, "release %s", (const char *)released);
}

static bool settled(void *context, coop_deferred *deferred, const coop_settlement *settlement) {
  fake_host *host = context;
  CHECK(deferred != NULL);
  char text[100];
  host_log(host, "settled %s%s%s", result_text(settlement->result, text, sizeof text),
           settlement->handled ? " handled" : "", settlement->swallows_late ? " swallows" : "");
  return host->takes_result;
}

static void long_turn(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  CHECK(cooperator != NULL);
  const worker *self = task ? coop_task_iterator_state(task) : NULL;
  host_log(context, "longest %s %g", self == NULL ? "some" : self->name == NULL ? "unnamed" : self->name, duration_ms);
}

void host_watch_release(fake_host *host) { host->hooks.release = release; }

void host_watch_settled(fake_host *host) { host->hooks.settled = settled; }

void host_watch_long_turns(fake_host *host) { host->hooks.long_turn = long_turn; }

void host_open(fake_host *host) {
  *host = (fake_host){.now_ms = 1000.0, .schedule_status = COOP_OK};
  host->hooks = (coop_host){
      .context = host,
      .allocate = allocate,
      .free = free_block,
      .now_ms = now_ms,
      .schedule = schedule,
      .cancel = cancel,
      .unhandled = unhandled,
      .nesting = &host->nesting,
  };
}

void host_finish(fake_host *host) {
  check_text(host->log_length ? host->log : "", "", __FILE__, __LINE__, "events that the test did not expect");
  CHECK_EQUAL(host->pendings, 0);
  CHECK_EQUAL(host->blocks, 0);
  CHECK_EQUAL(host->bytes, 0);
  CHECK_EQUAL(host->contexts, 0);
  CHECK_EQUAL(host->nesting.depth, 0);
  CHECK(host->nesting.first == NULL);
  free(host->log);
}

size_t host_pump(fake_host *host) {
  coop_cooperator *now[HOST_PENDING_MAX];
  size_t count = host->pendings;
  memcpy(now, host->pending, sizeof now);
  size_t run = 0;
  for (size_t i = 0; i < count; i++) {
    /* An earlier slice of this round may have cancelled it. */
    size_t at = find_pending(host, now[i]);
    if (at < host->pendings) {
      remove_pending(host, at);
      coop_cooperator_run_slice(now[i]);
      run++;
    }
  }
  return run;
}

void host_pump_all(fake_host *host, size_t limit) {
  size_t slices = 0;
  while (host->pendings && slices <= limit) {
    slices += host_pump(host);
  }
  CHECK(slices <= limit);
}

void host_stray_slice(fake_host *host, coop_cooperator *cooperator) {
  size_t at = find_pending(host, cooperator);
  if (at < host->pendings) {
    remove_pending(host, at);
  }
  coop_cooperator_run_slice(cooperator);
}

/* Results */

bool check_status(coop_status actual, coop_status expected, const char *file, int line, const char *what) {
  return check_text(coop_status_name(actual), coop_status_name(expected), file, line, what);
}

coop_result value(const char *text) { return (coop_result){.status = COOP_OK, .value = (void *)(uintptr_t)text}; }

coop_result failure(const char *text) {
  return (coop_result){.status = COOP_FAILURE, .value = (void *)(uintptr_t)text};
}

coop_result nothing(void) { return (coop_result){.status = COOP_OK, .value = NULL}; }

const char *result_text(coop_result result, char *buffer, size_t size) {
  if (result.status == COOP_PENDING) {
    snprintf(buffer, size, "pending");
  } else if (result.status == COOP_OK) {
    snprintf(buffer, size, "%s", result.value ? (const char *)result.value : "nothing");
  } else {
    snprintf(buffer, size, "%s%s%s", coop_status_name(result.status), result.value ? " " : "",
             result.value ? (const char *)result.value : "");
  }
  return buffer;
}

bool check_result(coop_result actual, const char *expected, const char *file, int line, const char *what) {
  char text[100];
  return check_text(result_text(actual, text, sizeof text), expected, file, line, what);
}

/* Deferreds */

coop_deferred *new_deferred(fake_host *host) {
  coop_deferred *deferred = NULL;
  OK(coop_deferred_create(&host->hooks, NULL, NULL, &deferred));
  return deferred;
}

typedef struct reaction {
  fake_host *host;
  const char *label;
  reaction_fn react;
  void *data;
} reaction;

static void drop_reaction(void *context) {
  reaction *self = context;
  self->host->contexts--;
  free(self);
}

static coop_result run_reaction(void *context, coop_result result) {
  reaction self = *(reaction *)context;
  drop_reaction(context);
  char text[100];
  if (self.label) {
    host_log(self.host, "%s %s", self.label, result_text(result, text, sizeof text));
  }
  return self.react ? self.react(self.host, self.data, result) : result;
}

static coop_status add_reaction(fake_host *host, coop_deferred *deferred, bool values, bool failures, reaction self) {
  reaction *context = malloc(sizeof *context);
  if (!context) {
    abort();
  }
  *context = self;
  host->contexts++;
  coop_status status = coop_deferred_add_callbacks(deferred, &(coop_callbacks){
                                                                 .callback = values ? run_reaction : NULL,
                                                                 .errback = failures ? run_reaction : NULL,
                                                                 .drop = drop_reaction,
                                                                 .context = context,
                                                             });
  if (status != COOP_OK) {
    drop_reaction(context);
  }
  return status;
}

coop_status on_both(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data) {
  return add_reaction(host, deferred, true, true, (reaction){host, label, react, data});
}

coop_status on_value(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data) {
  return add_reaction(host, deferred, true, false, (reaction){host, label, react, data});
}

coop_status on_failure(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data) {
  return add_reaction(host, deferred, false, true, (reaction){host, label, react, data});
}

void watch(fake_host *host, coop_deferred *deferred, const char *label) {
  OK(on_both(host, deferred, label, return_nothing, NULL));
}

coop_result return_nothing(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)data;
  (void)result;
  return nothing();
}

coop_result return_value(fake_host *host, void *text, coop_result result) {
  (void)host;
  (void)result;
  return value(text);
}

coop_result return_failure(fake_host *host, void *text, coop_result result) {
  (void)host;
  (void)result;
  return failure(text);
}

coop_result return_deferred(fake_host *host, void *deferred, coop_result result) {
  (void)host;
  (void)result;
  return coop_wait_for(deferred);
}

/* Tasks */

static coop_turn worker_step(coop_task *task, void *state) {
  worker *self = state;
  CHECK_EQUAL(self->closes, 0);
  self->turns++;
  if (self->name) {
    host_log(self->host, "%s%u", self->name, self->turns);
  }
  if (self->work) {
    return self->work(task, self);
  }
  return self->until && self->turns >= self->until ? COOP_DONE : COOP_MORE;
}

static void worker_close(coop_task *task, void *state) {
  worker *self = state;
  CHECK_EQUAL(++self->closes, 1);
  if (self->logs_close) {
    host_log(self->host, "close %s", self->name);
  }
  if (self->on_close) {
    self->on_close(task, self);
  }
}

coop_iterator worker_iterator(worker *self) {
  return (coop_iterator){.step = worker_step, .state = self, .close = worker_close, .share = self->share};
}

coop_task *worker_add(fake_host *host, coop_cooperator *cooperator, worker *self) {
  self->host = host;
  self->cooperator = cooperator;
  OK(coop_cooperate(cooperator, worker_iterator(self), &self->task));
  return self->task;
}

void worker_drop(worker *self) {
  coop_task_release(self->task);
  self->task = NULL;
}

void watch_task(fake_host *host, coop_task *task, const char *label) {
  coop_deferred *done = NULL;
  if (OK(coop_task_when_done(task, &done))) {
    watch(host, done, label);
    coop_deferred_release(done);
  }
}

/** The context is the number itself, so nothing must outlive the cooperator. */
static coop_status limit_turns(void *context, coop_slice_limit *limit) {
  CHECK(isinf(limit->ms) && limit->turns == 0 && !limit->ask);
  limit->turns = (uint32_t)(uintptr_t)context;
  return COOP_OK;
}

coop_cooperator *new_cooperator(fake_host *host, uint32_t turns) { return new_cooperator_with(host, turns, false); }

coop_cooperator *new_cooperator_with(fake_host *host, uint32_t turns, bool not_started) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks,
                            &(coop_cooperator_options){
                                .not_started = not_started,
                                .predicate_factory = limit_turns,
                                .context = (void *)(uintptr_t)turns,
                            },
                            &cooperator));
  return cooperator;
}
