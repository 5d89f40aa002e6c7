/*
 * The ready-made host. Not part of the core: it uses the public API and the C library, and is a library of its own.
 *
 * `pending` is an array in the order of the requests, at first `slots` inside the struct. A cooperator is in it at most
 * once, because it requests no second slice while one is pending.
 */

/* For clock_gettime with -std=c11. */
#if !defined(_POSIX_C_SOURCE) && !defined(__EMSCRIPTEN__)
#define _POSIX_C_SOURCE 199309L /* NOLINT(bugprone-reserved-identifier) */
#endif

#include <cooperator/stdhost.h>
#include <stdlib.h>
#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#else
#include <time.h>
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
      .pending = host->slots,
      .capacity = COOP_STDHOST_SLOTS,
  };
}

void coop_stdhost_destroy(coop_stdhost *host) { free_pending(host); }

bool coop_stdhost_pending(const coop_stdhost *host) { return host->count != 0; }

bool coop_stdhost_run_once(coop_stdhost *host) {
  host->round = host->count;
  while (host->round != 0) {
    coop_cooperator *next = host->pending[0];
    remove_at(host, 0); /* first: the slice may request the next one, or destroy its cooperator */
    coop_cooperator_run_slice(next);
  }
  return coop_stdhost_pending(host);
}

void coop_stdhost_run(coop_stdhost *host) {
  while (coop_stdhost_run_once(host)) continue;
}
