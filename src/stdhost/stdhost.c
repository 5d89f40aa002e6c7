/*
 * The ready-made host. Not part of the core: it uses the public API and the C library, and is a library of its own.
 *
 * `pending` is an array in the order of the requests, at first `slots` inside the struct. A cooperator is in it at most
 * once, because it requests no second slice while one is pending.
 *
 * Timers are in a list in the order of their times; of those with the same time, the first to be started is the first.
 * A new one is searched its place from the end, where it belongs if the delays are similar.
 */

/* For clock_gettime and nanosleep with -std=c11. */
#if !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 199309L /* NOLINT(bugprone-reserved-identifier) */
#endif

#include <cooperator/stdhost.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

enum { SLOT_SIZE = sizeof(coop_cooperator *) };

static void *allocate(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context;
  (void)size;
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
#ifdef __EMSCRIPTEN__
  return emscripten_get_now();
#else
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
#endif
}

/* ---- timers ---- */

struct coop__timer {
  coop__timer *next, *previous;
  coop_timeout *timeout;
  double due_ms;
  unsigned long long number;
};

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  coop_stdhost *host = context;
  if (host->hooks.now_ms == NULL) return COOP_HOST_FAILED;
  coop__timer *timer = host->hooks.allocate(host->hooks.context, sizeof *timer);
  if (timer == NULL) return COOP_NO_MEMORY;
  const double due_ms = host->hooks.now_ms(host->hooks.context) + delay_ms;
  coop__timer *previous = host->last_timer;
  while (previous != NULL && previous->due_ms > due_ms) previous = previous->previous;
  coop__timer *next = previous == NULL ? host->first_timer : previous->next;
  *timer = (coop__timer){next, previous, timeout, due_ms, host->timers++};
  *(previous == NULL ? &host->first_timer : &previous->next) = timer;
  *(next == NULL ? &host->last_timer : &next->previous) = timer;
  return COOP_OK;
}

static void remove_timer(coop_stdhost *host, coop__timer *timer) {
  *(timer->previous == NULL ? &host->first_timer : &timer->previous->next) = timer->next;
  *(timer->next == NULL ? &host->last_timer : &timer->next->previous) = timer->previous;
  host->hooks.free(host->hooks.context, timer, sizeof *timer);
}

static void cancel_timer(void *context, coop_timeout *timeout) {
  coop_stdhost *host = context;
  coop__timer *timer = host->first_timer;
  while (timer != NULL && timer->timeout != timeout) timer = timer->next;
  if (timer != NULL) remove_timer(host, timer);
}

/* Not those that are started meanwhile, or this might not end. They are behind all that are due. */
static void fire_due_timers(coop_stdhost *host) {
  if (host->first_timer == NULL) return;
  const unsigned long long started = host->timers;
  const double now = host->hooks.now_ms(host->hooks.context);
  for (coop__timer *first; (first = host->first_timer) != NULL && first->due_ms <= now && first->number < started;) {
    coop_timeout *timeout = first->timeout;
    remove_timer(host, first);
    coop_timeout_fire(timeout, NULL);
  }
}

static void sleep_ms(double delay_ms) {
  static const double MAX_MS = 60e3; /* the caller looks at its timers again after that */
  const double ms = delay_ms < MAX_MS ? delay_ms : MAX_MS;
  struct timespec time = {.tv_sec = (time_t)(ms / 1e3)};
  time.tv_nsec = (long)((ms - (double)time.tv_sec * 1e3) * 1e6);
  (void)nanosleep(&time, NULL);
}

/* ---- slices ---- */

static void free_pending(coop_stdhost *host) {
  if (host->pending != host->slots) host->hooks.free(host->hooks.context, host->pending, host->capacity * SLOT_SIZE);
}

static bool grow(coop_stdhost *host) {
  const size_t capacity = 2 * host->capacity;
  coop_cooperator **grown = host->hooks.allocate(host->hooks.context, capacity * SLOT_SIZE);
  if (grown == NULL) return false;
  for (size_t i = 0; i < host->count; i++) grown[i] = host->pending[i];
  free_pending(host);
  host->pending = grown;
  host->capacity = capacity;
  return true;
}

static void remove_at(coop_stdhost *host, size_t index) {
  host->count--;
  for (size_t i = index; i < host->count; i++) host->pending[i] = host->pending[i + 1];
  if (index < host->round) host->round--;
}

/* Without memory the cooperator repeats its request at the next occasion. */
static coop_status schedule(void *context, coop_cooperator *cooperator) {
  coop_stdhost *host = context;
  if (host->count == host->capacity && !grow(host)) return COOP_NO_MEMORY;
  host->pending[host->count++] = cooperator;
  return COOP_OK;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  coop_stdhost *host = context;
  size_t index = 0;
  while (index < host->count && host->pending[index] != cooperator) index++;
  if (index < host->count) remove_at(host, index);
}

void coop_stdhost_init(coop_stdhost *host) {
  *host = (coop_stdhost){
      .hooks =
          {
              .context = host,
              .allocate = allocate,
              .free = free_block,
              .now_ms = now_ms,
              .schedule = schedule,
              .cancel = cancel,
              .nesting = &host->nesting,
          },
      .clock = {.context = host, .call_later = call_later, .cancel = cancel_timer},
      .pending = host->slots,
      .capacity = COOP_STDHOST_SLOTS,
  };
}

void coop_stdhost_destroy(coop_stdhost *host) {
  while (host->first_timer != NULL) remove_timer(host, host->first_timer);
  free_pending(host);
}

bool coop_stdhost_pending(const coop_stdhost *host) { return host->count != 0; }

double coop_stdhost_delay_ms(const coop_stdhost *host) {
  if (coop_stdhost_pending(host)) return 0;
  if (host->first_timer == NULL) return (double)INFINITY;
  const double delay_ms = host->first_timer->due_ms - host->hooks.now_ms(host->hooks.context);
  return delay_ms > 0 ? delay_ms : 0;
}

bool coop_stdhost_run_once(coop_stdhost *host) {
  fire_due_timers(host);
  host->round = host->count;
  while (host->round != 0) {
    coop_cooperator *next = host->pending[0];
    remove_at(host, 0); /* first: the slice may request the next one, or destroy its cooperator */
    coop_cooperator_run_slice(next);
  }
  return coop_stdhost_pending(host);
}

void coop_stdhost_run(coop_stdhost *host) {
  double delay_ms = 0;
  do {
    if (delay_ms > 0) sleep_ms(delay_ms);
    (void)coop_stdhost_run_once(host);
    delay_ms = coop_stdhost_delay_ms(host);
  } while (delay_ms < (double)INFINITY);
}
