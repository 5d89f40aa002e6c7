/*
 * The core of the npm package: all of its cooperators, tasks and Deferreds belong to JavaScript.
 */

#include "memory.h"

#define EXPORT(name) __attribute__((export_name(#name))) name
#define IMPORT(name) /* the symbol's own name */

#include "bridge.inc"

extern void host_settled(handle deferred, coop_status status, handle value, int handled, int swallows_late);

static void release(void *context, void *value) {
  (void)context;
  host_release(to_handle(value));
}

static bool settled(void *context, coop_deferred *deferred, const coop_settlement *settlement) {
  (void)context;
  host_settled(to_handle(coop_deferred_context(deferred)), settlement->result.status,
               to_handle(settlement->result.value), settlement->handled, settlement->swallows_late);
  return true;
}

const coop_host coop__bridge_host = {
    .allocate = allocate,
    .free = free_block,
    .now_ms = now_ms,
    .schedule = schedule,
    .cancel = cancel,
    .unhandled = unhandled,
    .release = release,
    .settled = settled,
    .long_turn = long_turn,
    .nesting = &nesting,
};

/* ---- Deferreds ---- */

coop_deferred *EXPORT(deferred_restore)(handle context, coop_status status, handle value, int handled,
                                        int swallows_late) {
  const coop_settlement settlement = {{status, to_pointer(value)}, handled != 0, swallows_late != 0};
  coop_deferred *deferred = NULL;
  (void)coop_deferred_restore(&coop__bridge_host, &settlement, to_pointer(context), &deferred);
  return deferred;
}

int EXPORT(deferred_called)(coop_deferred *deferred) { return coop_deferred_called(deferred); }

static coop_result callback(void *context, coop_result result) {
  (void)host_invoke(to_handle(context), CALLBACK, &result, 0);
  return result;
}

coop_status EXPORT(deferred_add_callbacks)(coop_deferred *deferred, handle pair, int has_callback, int has_errback) {
  const coop_callbacks callbacks = {has_callback ? callback : NULL, has_errback ? callback : NULL, drop,
                                    to_pointer(pair)};
  return coop_deferred_add_callbacks(deferred, &callbacks);
}

coop_status EXPORT(deferred_chain)(coop_deferred *deferred, coop_deferred *target) {
  return coop_deferred_chain(deferred, target);
}

coop_status EXPORT(deferred_pause)(coop_deferred *deferred) { return coop_deferred_pause(deferred); }
coop_status EXPORT(deferred_unpause)(coop_deferred *deferred) { return coop_deferred_unpause(deferred); }

/* ---- timeouts: the clock's context is the handle of the JavaScript timer ---- */

static coop_status start_timer(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms; /* The JavaScript timer has it. */
  return host_invoke(to_handle(context), START_TIMER, timeout, 0) == 0 ? COOP_OK : COOP_HOST_FAILED;
}

static void stop_timer(void *context, coop_timeout *timeout) {
  (void)timeout;
  (void)host_invoke(to_handle(context), STOP_TIMER, NULL, 0);
}

coop_status EXPORT(deferred_add_timeout)(coop_deferred *deferred, double delay_ms, handle timer) {
  return coop_deferred_add_timeout(deferred, delay_ms, &(coop_clock){to_pointer(timer), start_timer, stop_timer});
}

void EXPORT(timeout_fire)(coop_timeout *timeout, handle error) { coop_timeout_fire(timeout, to_pointer(error)); }
