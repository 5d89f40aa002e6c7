#include "replay.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invariants.h"

enum { MAX_THINGS = 32, MAX_TURNS = 32, MAX_WORDS = 12, MAX_LINE = 1024 };

/* How long a turn takes at least if time limits slices. Longer than the core goes without reading the clock. */
static const double TURN_MS = 0.25;

enum { MOST_ACTIONS = 5000, MOST_TURNS = 20000, DEEPEST = 60 };

typedef struct replay replay;

/* The iterator of a task, and the task after it was added. The replay owns the texts. */
typedef struct actor {
  replay *in;
  const char *name;
  char *turns[MAX_TURNS];
  size_t turn_count;
  size_t at;       /* the next turn */
  size_t repeated; /* how often it ran, for more*N */
  unsigned number; /* turns so far */
  double share;
  const char *finally, *finally_fails;
  const char *cleans; /* the turns of the clean-up that are left: words that are separated by commas; NULL: none */
  bool cleaning;      /* the clean-up has begun */
  const char *rest;   /* of the turn that is suspended: the actions that have not run, and the end */
  bool orphaned;      /* that turn is over, because the task was stopped in it */
  bool suspends, unasked, added, waited, ended;
  coop_task *task;
} actor;

typedef struct named {
  const char *name;
  coop_deferred *deferred;
  replay *in;
  const char *canceller;
} named;

/* A hook that a script can set and make fail. */
typedef struct hook {
  bool set;
  const char *procedure, *fails;
} hook;

typedef struct timer {
  double at;
  size_t order;
  coop_timeout *timeout; /* NULL: fired or cancelled */
} timer;

struct replay {
  fake_host host; /* first member: the context of its hooks is the replay */
  coop_cooperator *cooperator;
  bool disposed, ending, at_once;
  bool report_is_event;    /* the next unhandled failure; the others are listed at the end, as in JavaScript */
  bool requested, pending; /* a slice was ever requested; is pending now */
  uint32_t turns, ask, left;
  bool asks;     /* a termination predicate limits the slices */
  bool timed;    /* time limits the slices */
  bool suspends; /* there are tasks without a step */
  hook scheduler, factory, predicate;
  size_t repeated;                  /* calls that were repeated because of a failed allocation */
  size_t actions, turns_had, depth; /* limits for scripts that do not end */
  actor actors[MAX_THINGS];
  size_t actor_count;
  actor *suspended[MAX_THINGS]; /* those that have a `rest`, in the order in which they were suspended */
  size_t suspended_count;
  named deferreds[MAX_THINGS];
  size_t deferred_count;
  struct {
    const char *name, *actions;
  } procedures[MAX_THINGS];
  size_t procedure_count;
  timer timers[MAX_THINGS * 4];
  size_t timer_count;
  double now;
  char **copies;
  size_t copy_count, copy_capacity;
  char *log;
  size_t log_length, log_capacity;
  const char *reports[256];
  size_t report_count;
};

/* ---- texts ---- */

static void write_line(replay *self, const char *prefix, const char *line) {
  const size_t needed = self->log_length + strlen(prefix) + strlen(line) + 2;
  if (needed > self->log_capacity) {
    self->log_capacity = 2 * needed;
    self->log = realloc(self->log, self->log_capacity);
    if (self->log == NULL) abort();
  }
  self->log_length += (size_t)sprintf(self->log + self->log_length, "%s%s\n", prefix, line);
}

__attribute__((format(printf, 2, 3))) static void event(replay *self, const char *format, ...) {
  char line[MAX_LINE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  write_line(self, "> ", line);
}

static void *keep(replay *self, void *memory) {
  if (self->copy_count == self->copy_capacity) {
    self->copy_capacity = 2 * self->copy_capacity + 64;
    self->copies = realloc(self->copies, self->copy_capacity * sizeof *self->copies);
  }
  if (memory == NULL || self->copies == NULL) abort();
  return self->copies[self->copy_count++] = memory;
}

static char *keep_text(replay *self, const char *text) {
  char *copy = keep(self, malloc(strlen(text) + 1));
  return strcpy(copy, text);
}

/* A line that is split into words and options, which have the form key=value. */
typedef struct words {
  char text[MAX_LINE];
  const char *word[MAX_WORDS], *option[MAX_WORDS];
  size_t count, options;
} words;

static void split(words *self, const char *text, size_t length) {
  *self = (words){.count = 0};
  if (length >= sizeof self->text) length = sizeof self->text - 1;
  memcpy(self->text, text, length);
  char *at = self->text;
  while (*at != '\0') {
    char *end = at + strcspn(at, " ");
    const bool last = *end == '\0';
    *end = '\0';
    const char *equals = strchr(at, '=');
    if (equals != NULL && equals != at) {
      if (self->options < MAX_WORDS) self->option[self->options++] = at;
    } else if (self->count < MAX_WORDS) {
      self->word[self->count++] = at;
    }
    at = last ? end : end + 1;
  }
}

static const char *word(const words *self, size_t n) { return n < self->count ? self->word[n] : ""; }

static bool is(const char *text, const char *other) { return strcmp(text, other) == 0; }

static bool has(const words *self, const char *wanted) {
  for (size_t i = 0; i < self->count; i++) {
    if (is(self->word[i], wanted)) return true;
  }
  return false;
}

/* A copy of the value of an option; NULL if it is missing. */
static const char *option(replay *self, const words *from, const char *key) {
  const size_t length = strlen(key);
  for (size_t i = 0; i < from->options; i++) {
    const char *text = from->option[i];
    if (strncmp(text, key, length) == 0 && text[length] == '=') return keep_text(self, text + length + 1);
  }
  return NULL;
}

static uint32_t number(const char *text) { return text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10); }

/* A number of milliseconds or a share. */
static double decimal(const char *text) {
  const double parsed = text == NULL ? 0 : strtod(text, NULL);
  return parsed >= 0 && parsed <= 1e6 ? parsed : 0;
}

static const char *result_word(coop_result result) {
  if (result.status != COOP_OK && result.status != COOP_FAILURE) return coop_status_name(result.status);
  return result.value == NULL ? "nothing" : result.value;
}

/* ---- calls ---- */

/* Repeats a call that had no memory: only one allocation fails. */
#define REPEAT_CALL(status, call) \
  coop_status status = (call);    \
  if (status == COOP_NO_MEMORY && self->host.failed && ++self->repeated) status = (call)

static void refused(replay *self, coop_status status, const char *command, const char *name) {
  if (status != COOP_OK) {
    event(self, "refused %s%s%s %s", command, *name ? " " : "", name, coop_status_name(status));
  }
}

static actor *find_actor(replay *self, const char *name) {
  for (size_t i = 0; i < self->actor_count; i++) {
    if (is(self->actors[i].name, name)) return &self->actors[i];
  }
  return NULL;
}

static coop_task *find_task(replay *self, const char *name) {
  const actor *who = find_actor(self, name);
  return who == NULL ? NULL : who->task;
}

static coop_deferred *find_deferred(replay *self, const char *name) {
  for (size_t i = 0; i < self->deferred_count; i++) {
    if (is(self->deferreds[i].name, name)) return self->deferreds[i].deferred;
  }
  return NULL;
}

static void act(replay *self, const char *text, size_t length);
static void run_action(replay *self, const char *text, size_t length);

/* Runs actions, which are separated by " ; ". */
static void perform(replay *self, const char *actions) {
  while (actions != NULL && !self->ending) {
    const char *end = strstr(actions, " ; ");
    act(self, actions, end == NULL ? strlen(actions) : (size_t)(end - actions));
    actions = end == NULL ? NULL : end + 3;
  }
}

static void run(replay *self, const char *procedure) {
  for (size_t i = 0; procedure != NULL && i < self->procedure_count; i++) {
    if (is(self->procedures[i].name, procedure)) {
      perform(self, self->procedures[i].actions);
      return;
    }
  }
}

/* Runs the procedure of a hook, if one is set. Returns whether the hook must fail. */
static bool run_hook(replay *self, hook *which) {
  if (!which->set) return false;
  const hook now = *which;
  which->set = false;
  run(self, now.procedure);
  if (now.fails != NULL) event(self, "reported %s", now.fails);
  return now.fails != NULL;
}

/* ---- the host ---- */

static double now_ms(void *context) {
  const replay *self = context;
  return self->now;
}

static coop_task *run_suspending_turn(actor *who, coop_task *task);

/* Runs the turns of tasks without a step, from `task` on, until one is suspended or the slice is over. */
static void run_turns(coop_task *task) {
  while (task != NULL) task = run_suspending_turn(coop_task_iterator_state(task), task);
}

static void run_slice(replay *self, coop_cooperator *cooperator) {
  if (self->suspends)
    run_turns(coop_cooperator_begin_slice(cooperator));
  else
    coop_cooperator_run_slice(cooperator);
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  replay *self = context;
  event(self, "schedule");
  self->requested = true;
  self->pending = !self->scheduler.set;
  if (run_hook(self, &self->scheduler)) return COOP_HOST_FAILED;
  if (self->at_once) {
    self->pending = false;
    run_slice(self, cooperator);
  }
  return COOP_OK;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  replay *self = context;
  (void)cooperator;
  event(self, "cancel");
  self->pending = false;
}

static void unhandled(void *context, coop_failure reported) {
  replay *self = context;
  if (self->report_is_event) {
    self->report_is_event = false;
    event(self, "reported %s", result_word(reported));
  } else if (self->report_count < sizeof self->reports / sizeof self->reports[0])
    self->reports[self->report_count++] = result_word(reported);
}

static coop_status factory(void *context, coop_slice_limit *limit) {
  replay *self = context;
  if (!self->asks) {
    limit->turns = self->turns; /* 0: no limit at all, so that the core's fast path ends the turns */
    return COOP_OK;
  }
  if (run_hook(self, &self->factory)) return COOP_HOST_FAILED;
  self->left = self->ask;
  limit->ask = true;
  return COOP_OK;
}

static bool predicate(void *context) {
  replay *self = context;
  if (run_hook(self, &self->predicate)) return true;
  return --self->left == 0;
}

static void slice(replay *self) {
  if (!self->requested) return;
  self->pending = false;
  if (!self->disposed) run_slice(self, self->cooperator);
}

/* ---- tasks ---- */

static coop_turn fail(actor *who, coop_task *task, const char *said) {
  /* As a binding does: the failure of a task that was stopped is reported. */
  who->in->report_is_event = coop_task_stopped_with(task) != COOP_OK;
  coop_task_set_failure(task, failure(said));
  return COOP_FAILED;
}

static coop_turn wait_for(actor *who, coop_task *task, const char *name) {
  replay *self = who->in;
  coop_deferred *deferred = find_deferred(self, name);
  if (deferred == NULL) return COOP_MORE;
  REPEAT_CALL(status, coop_task_await(task, deferred));
  who->waited = status == COOP_OK; /* the task may have been stopped in this turn */
  return COOP_WAIT;
}

/* Begins the next turn of the clean-up, or ends it. */
static coop_turn clean(actor *who, coop_task *task) {
  const char *next = who->cleans;
  if (next == NULL) return who->finally_fails == NULL ? COOP_DONE : fail(who, task, who->finally_fails);
  const size_t length = strcspn(next, ",");
  char name[MAX_LINE];
  snprintf(name, sizeof name, "%.*s", (int)length, next);
  who->cleans = next[length] == '\0' ? NULL : next + length + 1;
  return wait_for(who, task, name);
}

static coop_turn end_turn(actor *who, coop_task *task, const char *end) {
  replay *self = who->in;
  words parts;
  split(&parts, end, strlen(end));
  const char *how = word(&parts, 0);
  if (is(how, "forever")) return COOP_MORE;
  if (strncmp(how, "more", 4) == 0) {
    const size_t times = how[4] == '*' ? number(how + 5) : 1;
    if (++who->repeated >= times) {
      who->repeated = 0;
      who->at++;
    }
    return COOP_MORE;
  }
  who->at++;
  const char *said = parts.count < 2 ? NULL : keep_text(self, word(&parts, 1));
  if (is(how, "done")) {
    who->ended = true;
    coop_task_set_result(task, (void *)(uintptr_t)said);
    return COOP_DONE;
  }
  if (is(how, "fail")) {
    who->ended = true;
    return fail(who, task, said);
  }
  return is(how, "wait") ? wait_for(who, task, word(&parts, 1)) : COOP_MORE;
}

static void advance(replay *self, double ms);

/* Logs the turn. */
static void begin_turn(actor *who, const coop_task *task) {
  replay *self = who->in;
  char turn[MAX_LINE];
  if (who->cleaning)
    snprintf(turn, sizeof turn, "cleaning %s", who->name);
  else
    snprintf(turn, sizeof turn, "turn %s %u", who->name, ++who->number);
  if (who->waited) {
    who->waited = false;
    const coop_result result = coop_task_awaited(task);
    event(self, "%s %s %s", turn, result.status == COOP_OK ? "got" : "failed", result_word(result));
  } else {
    event(self, "%s", turn);
  }
  if (self->timed) advance(self, TURN_MS);
}

/* The turn's actions and its end. */
static const char *turn_text(actor *who) {
  const bool more = who->at < who->turn_count && ++who->in->turns_had <= MOST_TURNS;
  return more ? who->turns[who->at] : "fail asked-beyond-the-end";
}

/* Runs actions. Returns what is left: the end of the turn, or what follows the first `suspend` if that counts. */
static const char *perform_turn(replay *self, const char *text, bool suspends) {
  for (const char *next; (next = strstr(text, " ; ")) != NULL; text = next + 3) {
    const size_t length = (size_t)(next - text);
    if (suspends && length == strlen("suspend") && strncmp(text, "suspend", length) == 0) return next + 3;
    act(self, text, length);
  }
  return text;
}

static coop_turn step(coop_task *task, void *state) {
  actor *who = state;
  begin_turn(who, task);
  if (who->cleaning) return clean(who, task);
  return end_turn(who, task, perform_turn(who->in, turn_text(who), false));
}

/* Runs a turn up to where it is suspended; returns NULL then. If the task was stopped in it, the turn is over, as in
   JavaScript; returns the next task. */
static coop_task *run_suspending_turn(actor *who, coop_task *task) {
  replay *self = who->in;
  coop_cooperator *cooperator = self->cooperator;
  begin_turn(who, task);
  if (who->cleaning) return coop_cooperator_end_turn(cooperator, clean(who, task));
  who->rest = perform_turn(self, turn_text(who), true);
  self->suspended[self->suspended_count++] = who;
  who->orphaned = coop_task_stopped_with(task) != COOP_OK;
  if (who->orphaned) return coop_cooperator_end_turn(cooperator, COOP_WAIT);
  coop_cooperator_suspend_turn(cooperator);
  return NULL;
}

/* Continues the turn that was suspended first. */
static void continue_turn(replay *self) {
  if (self->suspended_count == 0) return;
  actor *who = self->suspended[0];
  memmove(self->suspended, self->suspended + 1, --self->suspended_count * sizeof *self->suspended);
  const char *end = perform_turn(self, who->rest, false);
  const coop_turn turn = end_turn(who, who->task, end);
  if (!who->orphaned) run_turns(coop_cooperator_end_turn(self->cooperator, turn));
}

/* As a binding does: a failure that the task awaited and cannot receive any more is reported. */
static void report_awaited(actor *who, const coop_task *task) {
  const coop_result awaited = who->waited ? coop_task_awaited(task) : nothing();
  who->waited = false;
  if (awaited.status != COOP_OK && awaited.status != COOP_PENDING) event(who->in, "reported %s", result_word(awaited));
}

static coop_turn stop(coop_task *task, void *state, bool last) {
  actor *who = state;
  replay *self = who->in;
  coop_turn turn = COOP_WAIT;
  if (!who->cleaning) {
    who->cleaning = true;
    report_awaited(who, task);
    if (who->finally == NULL || who->number == 0 || who->ended) return COOP_DONE;
    event(self, "closed %s", who->name);
    run(self, who->finally);
    if (!last || who->cleans == NULL) turn = clean(who, task);
  }
  if (last && (turn == COOP_MORE || turn == COOP_WAIT)) self->report_is_event = true;
  return turn;
}

static void close(coop_task *task, void *state) { report_awaited(state, task); }

/* The context of a pair. */
typedef struct reaction {
  replay *in;
  const char *label, *how, *said, *procedure;
} reaction;

static coop_result log_finished(void *context, coop_result result) {
  const actor *who = context;
  if (result.status == COOP_OK) {
    const char *value = result.value;
    event(who->in, "finished %s done%s%s", who->name, value ? " " : "", value ? value : "");
  } else {
    const bool stopped = result.status == COOP_TASK_STOPPED || result.status == COOP_SCHEDULER_STOPPED;
    event(who->in, "finished %s %s%s", who->name, stopped ? "" : "failed ", result_word(result));
  }
  return nothing();
}

static coop_result perform_done(void *context, coop_result result) {
  const reaction *it = context;
  (void)result;
  perform(it->in, it->said);
  run(it->in, it->procedure);
  return nothing();
}

static coop_result react(void *context, coop_result result) {
  const reaction *it = context;
  replay *self = it->in;
  event(self, "ran %s %s%s", it->label, result.status == COOP_OK ? "" : "failed ", result_word(result));
  run(self, it->procedure);
  if (is(it->how, "value")) return value(it->said);
  if (is(it->how, "fail")) return failure(it->said);
  if (is(it->how, "pass")) return result;
  coop_deferred *other = is(it->how, "wait") ? find_deferred(self, it->said) : NULL;
  return other == NULL ? nothing() : coop_wait_for(other);
}

static void add_pair(replay *self, coop_deferred *deferred, const char *side, coop_callback_fn call, void *context) {
  const coop_callbacks pair = {
      .callback = is(side, "failure") ? NULL : call,
      .errback = is(side, "value") ? NULL : call,
      .context = context,
  };
  REPEAT_CALL(status, coop_deferred_add_callbacks(deferred, &pair));
  OK(status);
}

static reaction *new_reaction(replay *self, reaction content) {
  reaction *made = keep(self, malloc(sizeof *made));
  *made = content;
  made->in = self;
  return made;
}

/* Returns a reference that the caller releases. */
static coop_deferred *when_done(replay *self, coop_task *task) {
  coop_deferred *done = NULL;
  REPEAT_CALL(status, coop_task_when_done(task, &done));
  OK(status);
  return done;
}

static void add(replay *self, const char *name) {
  actor *who = find_actor(self, name);
  if (who == NULL || who->added) return;
  who->added = true;
  if (self->disposed) {
    refused(self, COOP_SCHEDULER_STOPPED, "add", name);
    return;
  }
  /* The task has no name until this returns, as in JavaScript. */
  coop_task *task = NULL;
  const coop_iterator iterator = {
      .step = who->suspends ? NULL : step, .state = who, .close = close, .share = who->share, .stop = stop};
  REPEAT_CALL(status, coop_cooperate(self->cooperator, iterator, &task));
  if (status == COOP_INVALID_ARGUMENT) { /* the share */
    refused(self, status, "add", name);
    return;
  }
  if (!OK(status)) return;
  who->task = task;
  if (who->unasked) return;
  coop_deferred *done = when_done(self, task);
  add_pair(self, done, "both", log_finished, who);
  coop_deferred_release(done);
}

static void on_done(replay *self, coop_task *task, const char *actions, const char *procedure) {
  if (task == NULL) return;
  coop_deferred *done = when_done(self, task);
  add_pair(self, done, "both", perform_done, new_reaction(self, (reaction){.said = actions, .procedure = procedure}));
  coop_deferred_release(done);
}

static void define(replay *self, const words *line, const char *tail) {
  const char *name = word(line, 1);
  if (find_actor(self, name) == NULL && self->actor_count < MAX_THINGS) {
    const char *share = option(self, line, "share");
    actor *who = &self->actors[self->actor_count++];
    *who = (actor){.in = self, .name = keep_text(self, name), .share = share == NULL ? 1 : decimal(share)};
    who->finally = option(self, line, "finally");
    who->finally_fails = option(self, line, "finally-fails");
    who->cleans = option(self, line, "cleans");
    who->unasked = has(line, "unasked");
    who->suspends = has(line, "suspends");
    self->suspends = self->suspends || who->suspends;
    char *turns = keep_text(self, tail);
    while (turns != NULL && who->turn_count < MAX_TURNS) {
      who->turns[who->turn_count++] = turns;
      char *bar = strstr(turns, " | ");
      if (bar != NULL) *bar = '\0';
      turns = bar == NULL ? NULL : bar + 3;
    }
  }
  if (!has(line, "later")) add(self, name);
}

static void log_tasks(replay *self) {
  char text[MAX_LINE] = "tasks";
  size_t length = strlen(text);
  coop_task *task = self->disposed ? NULL : coop_cooperator_first_task(self->cooperator);
  for (; task != NULL; task = coop_task_next(task)) {
    const actor *who = coop_task_iterator_state(task);
    const int added = snprintf(text + length, sizeof text - length, " %s", who->name);
    if (added < 0 || (size_t)added >= sizeof text - length) break;
    length += (size_t)added;
  }
  event(self, "%s", text);
}

static const char *state_of(const coop_task *task) {
  static const char *const states[] = {
      [COOP_STATE_RUNNABLE] = "runnable", [COOP_STATE_PAUSED] = "paused", [COOP_STATE_WAITING] = "waiting",
      [COOP_STATE_STOPPING] = "stopping", [COOP_STATE_DONE] = "done",     [COOP_STATE_FAILED] = "failed",
      [COOP_STATE_STOPPED] = "stopped",
  };
  return states[coop_task_state(task)];
}

/* ---- Deferreds ---- */

static void call_canceller(void *context, coop_deferred *deferred) {
  const named *self = context;
  (void)deferred;
  run(self->in, self->canceller);
}

static named *new_name(replay *self, const char *name) {
  if (find_deferred(self, name) != NULL || self->deferred_count == MAX_THINGS) return NULL;
  named *made = &self->deferreds[self->deferred_count];
  *made = (named){.name = keep_text(self, name), .in = self};
  return made;
}

static void new_deferred_named(replay *self, const char *name, const char *canceller) {
  named *made = new_name(self, name);
  if (made == NULL) return;
  made->canceller = canceller;
  const coop_canceller_fn call = canceller == NULL ? NULL : call_canceller;
  REPEAT_CALL(status, coop_deferred_create(&self->host.hooks, call, made, &made->deferred));
  if (OK(status)) self->deferred_count++;
}

static void name_when_done(replay *self, coop_task *task, const char *name) {
  named *made = new_name(self, name);
  if (made == NULL) return;
  made->deferred = when_done(self, task);
  self->deferred_count++;
}

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  replay *self = context;
  if (self->timer_count == sizeof self->timers / sizeof self->timers[0]) return COOP_HOST_FAILED;
  self->timers[self->timer_count] = (timer){self->now + delay_ms, self->timer_count, timeout};
  self->timer_count++;
  return COOP_OK;
}

static void cancel_call(void *context, coop_timeout *timeout) {
  replay *self = context;
  for (size_t i = 0; i < self->timer_count; i++) {
    if (self->timers[i].timeout == timeout) self->timers[i].timeout = NULL;
  }
}

static void add_timeout(replay *self, coop_deferred *deferred, double delay_ms) {
  const coop_clock clock = {.context = self, .call_later = call_later, .cancel = cancel_call};
  REPEAT_CALL(status, coop_deferred_add_timeout(deferred, delay_ms, &clock));
  CHECK(status == COOP_OK || status == COOP_HOST_FAILED); /* out of timers */
}

static void advance(replay *self, double ms) {
  const double end = self->now + ms;
  for (;;) {
    timer *next = NULL;
    for (size_t i = 0; i < self->timer_count; i++) {
      timer *one = &self->timers[i];
      if (one->timeout != NULL && one->at <= end && (next == NULL || one->at < next->at)) next = one;
    }
    if (next == NULL) break;
    coop_timeout *timeout = next->timeout;
    next->timeout = NULL;
    if (next->at > self->now) self->now = next->at;
    coop_timeout_fire(timeout, NULL);
  }
  if (end > self->now) self->now = end; /* a callback may have advanced it further */
}

static bool act_on_deferred(replay *self, const words *action) {
  const char *command = word(action, 0), *name = word(action, 1), *third = word(action, 2);
  coop_deferred *deferred = find_deferred(self, name), *other = find_deferred(self, third);
  if (is(command, "callback")) {
    if (deferred) refused(self, coop_deferred_callback(deferred, keep_text(self, third)), command, name);
  } else if (is(command, "errback")) {
    if (deferred) refused(self, coop_deferred_errback(deferred, failure(keep_text(self, third))), command, name);
  } else if (is(command, "fire")) {
    if (deferred && other) refused(self, coop_deferred_fire(deferred, coop_wait_for(other)), command, name);
  } else if (is(command, "cancel")) {
    if (deferred) OK(coop_deferred_cancel(deferred));
  } else if (is(command, "hold")) {
    if (deferred) OK(coop_deferred_pause(deferred));
  } else if (is(command, "let-go")) {
    if (deferred) refused(self, coop_deferred_unpause(deferred), command, name);
  } else if (is(command, "chain")) {
    if (deferred && other) {
      REPEAT_CALL(status, coop_deferred_chain(deferred, other));
      refused(self, status, command, name);
    }
  } else if (is(command, "timeout")) {
    if (deferred) add_timeout(self, deferred, decimal(third));
  } else if (is(command, "called")) {
    if (deferred) event(self, "called %s %s", name, coop_deferred_called(deferred) ? "yes" : "no");
  } else if (is(command, "on")) {
    const char *result = word(action, 4), *said = strchr(result, ':');
    if (!deferred) return true;
    reaction *made = new_reaction(self, (reaction){
                                            .label = keep_text(self, word(action, 3)),
                                            .how = keep_text(self, result),
                                            .said = said == NULL ? NULL : keep_text(self, said + 1),
                                            .procedure = keep_text(self, word(action, 5)),
                                        });
    if (said != NULL) ((char *)(uintptr_t)made->how)[said - result] = '\0';
    add_pair(self, deferred, third, react, made);
  } else {
    return false;
  }
  return true;
}

/* ---- commands ---- */

static void set_hook(replay *self, const char *name, const words *action) {
  hook *which = is(name, "scheduler") ? &self->scheduler : is(name, "factory") ? &self->factory : &self->predicate;
  *which = (hook){true, keep_text(self, word(action, 2)), option(self, action, "fails")};
}

static void act(replay *self, const char *text, size_t length) {
  if (++self->actions > MOST_ACTIONS || self->depth == DEEPEST) return;
  self->depth++;
  run_action(self, text, length);
  self->depth--;
}

static void run_action(replay *self, const char *text, size_t length) {
  words action;
  split(&action, text, length);
  const char *command = word(&action, 0), *name = word(&action, 1), *third = word(&action, 2);
  coop_task *task = find_task(self, name);
  if (is(command, "say")) {
    event(self, "said %s", name);
  } else if (is(command, "spend")) {
    advance(self, decimal(name));
  } else if (is(command, "do")) {
    run(self, name);
  } else if (is(command, "add")) {
    add(self, name);
  } else if (is(command, "pause")) {
    if (task) refused(self, coop_task_pause(task), command, name);
  } else if (is(command, "resume")) {
    if (task) refused(self, coop_task_resume(task), command, name);
  } else if (is(command, "stop")) {
    if (task) refused(self, coop_task_stop(task), command, name);
  } else if (is(command, "on-done")) {
    on_done(self, task, NULL, keep_text(self, third));
  } else if (is(command, "ask")) {
    if (task) coop_deferred_release(when_done(self, task));
  } else if (is(command, "when-done")) {
    if (task) name_when_done(self, task, third);
  } else if (is(command, "state")) {
    if (task) event(self, "state %s %s", name, state_of(task));
  } else if (is(command, "hook")) {
    set_hook(self, name, &action);
  } else if (is(command, "deferred")) {
    new_deferred_named(self, name, option(self, &action, "canceller"));
  } else if (is(command, "start-cooperator")) {
    refused(self, self->disposed ? COOP_SCHEDULER_STOPPED : coop_cooperator_start(self->cooperator), command, "");
  } else if (is(command, "stop-cooperator")) {
    if (!self->disposed) OK(coop_cooperator_stop(self->cooperator));
  } else if (is(command, "dispose-cooperator")) {
    if (self->disposed) return;
    self->disposed = true;
    coop_cooperator_destroy(self->cooperator);
  } else if (is(command, "running")) {
    event(self, "running %s", !self->disposed && coop_cooperator_running(self->cooperator) ? "yes" : "no");
  } else if (is(command, "tasks")) {
    log_tasks(self);
  } else if (is(command, "slice")) {
    slice(self);
  } else if (!act_on_deferred(self, &action)) {
    event(self, "there is no command %s", command);
  }
}

static void create(replay *self, const words *line) {
  if (self->cooperator != NULL) return;
  const char *started = option(self, line, "started"), *scheduler = option(self, line, "scheduler");
  self->turns = number(option(self, line, "turns"));
  const char *ask = option(self, line, "ask");
  self->asks = ask != NULL;
  self->ask = number(ask);
  self->at_once = scheduler != NULL && is(scheduler, "sync");
  const char *ms = option(self, line, "ms"), *fairness = option(self, line, "fairness");
  self->timed = ms != NULL;
  if (self->timed) self->host.hooks.now_ms = now_ms;
  const coop_cooperator_options options = {
      .not_started = started != NULL && is(started, "no"),
      .slice_ms = decimal(ms),
      .predicate_factory = self->timed ? NULL : factory,
      .predicate = predicate,
      .fairness = fairness != NULL && is(fairness, "time") ? COOP_FAIR_BY_TIME : COOP_FAIR_BY_TURNS,
      .quantum_ms = decimal(option(self, line, "quantum")),
      .context = self,
  };
  REPEAT_CALL(status, coop_cooperator_create(&self->host.hooks, &options, &self->cooperator));
  OK(status);
}

static void end(replay *self) {
  self->ending = true;
  if (!self->disposed) {
    self->disposed = true;
    coop_cooperator_destroy(self->cooperator);
  }
  for (size_t i = 0; i < self->deferred_count; i++) {
    while (coop_deferred_unpause(self->deferreds[i].deferred) == COOP_OK) continue;
  }
  for (size_t i = 0; i < self->deferred_count; i++) {
    coop_deferred *deferred = self->deferreds[i].deferred;
    if (!coop_deferred_called(deferred)) OK(coop_deferred_callback(deferred, keep_text(self, "end")));
  }
}

static void command(replay *self, const char *text) {
  const char *colon = strstr(text, " : ");
  const char *tail = colon == NULL ? "" : colon + 3;
  words line;
  split(&line, text, colon == NULL ? strlen(text) : (size_t)(colon - text));
  const char *name = word(&line, 1);
  write_line(self, "", text);
  if (is(word(&line, 0), "cooperator")) {
    create(self, &line);
  } else if (self->cooperator == NULL) {
    event(self, "there is no cooperator");
  } else if (is(word(&line, 0), "task")) {
    define(self, &line, tail);
  } else if (is(word(&line, 0), "procedure")) {
    if (self->procedure_count == MAX_THINGS) return;
    self->procedures[self->procedure_count].name = keep_text(self, name);
    self->procedures[self->procedure_count++].actions = keep_text(self, tail);
  } else if (is(word(&line, 0), "pump")) {
    if (self->pending) slice(self);
  } else if (is(word(&line, 0), "continue")) {
    continue_turn(self);
  } else if (is(word(&line, 0), "advance")) {
    advance(self, decimal(name));
  } else if (is(word(&line, 0), "end")) {
    end(self);
  } else if (colon != NULL) {
    on_done(self, find_task(self, name), keep_text(self, tail), NULL);
  } else {
    act(self, text, strlen(text));
  }
  if (!self->disposed && self->cooperator != NULL) check_invariants(self->cooperator);
}

static int by_text(const void *one, const void *other) {
  return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Releases everything. Unhandled failures are reported by that, in no particular order. */
static void tear_down(replay *self) {
  const bool ended = self->ending;
  self->ending = true;
  self->at_once = false;
  const size_t length = self->log_length;
  if (!self->disposed) coop_cooperator_destroy(self->cooperator);
  for (size_t i = 0; i < self->suspended_count; i++) {
    if (!self->suspended[i]->orphaned) (void)coop_cooperator_end_turn(self->cooperator, COOP_WAIT);
  }
  for (size_t i = 0; i < self->actor_count; i++) coop_task_release(self->actors[i].task);
  for (size_t i = 0; i < self->deferred_count; i++) coop_deferred_release(self->deferreds[i].deferred);
  if (!ended) { /* events after the last command are not part of the log */
    self->log_length = length;
    return;
  }
  qsort(self->reports, self->report_count, sizeof self->reports[0], by_text);
  for (size_t i = 0; i < self->report_count; i++) event(self, "reported %s", self->reports[i]);
}

char *replay_script(const char *script, replay_trouble trouble, replay_report *report) {
  replay *self = calloc(1, sizeof *self);
  if (self == NULL) abort();
  host_open(&self->host);
  coop_host *hooks = &self->host.hooks;
  hooks->now_ms = NULL;
  hooks->schedule = schedule;
  hooks->cancel = cancel;
  hooks->unhandled = unhandled;
  write_line(self, "", "");
  self->log_length = 0;
  host_fail_allocation(&self->host, trouble.fail_at, trouble.on);
  while (*script != '\0') {
    const size_t length = strcspn(script, "\n");
    char line[MAX_LINE];
    snprintf(line, sizeof line, "%.*s", (int)length, script);
    script += length + (script[length] == '\n');
    if (line[0] != '\0' && line[0] != '#' && line[0] != '>') command(self, line);
  }
  tear_down(self);
  *report = (replay_report){
      .allocations = self->host.allocations,
      .failed = self->host.failed,
      .absorbed = self->host.failed && self->repeated == 0,
  };
  host_finish(&self->host);
  for (size_t i = 0; i < self->copy_count; i++) free(self->copies[i]);
  free(self->copies);
  char *log = self->log;
  log[self->log_length] = '\0';
  free(self);
  return log;
}

void replay_input(const unsigned char *data, size_t size) {
  static const char begin[] = "cooperator turns=2\n", end[] = "\nend\n";
  if (size > 4000) return;
  /* Adds the commands `cooperator` and `end` around the input. `end` fires Deferreds that are chained in circles. */
  const bool begins = size >= 10 && memcmp(data, "cooperator", 10) == 0;
  char *script = malloc(size + sizeof begin + sizeof end);
  if (script == NULL) abort();
  size_t length = begins ? 0 : sizeof begin - 1;
  memcpy(script, begin, length);
  if (size > 0) memcpy(script + length, data, size);
  length += size;
  memcpy(script + length, end, sizeof end);
  for (size_t i = 0; i < length; i++) {
    if (script[i] == '\0') script[i] = ' ';
  }
  replay_report report;
  /* Input that ends with an exclamation mark has one failing allocation, chosen by the character in its middle. */
  const size_t fail_at = size > 0 && data[size - 1] == '!' ? 1 + data[size / 2] % 40u : 0;
  free(replay_script(script, (replay_trouble){.fail_at = fail_at}, &report));
  free(script);
}

bool replay_is_for_js(const char *script) { return strstr(script, " only=js") != NULL; }
