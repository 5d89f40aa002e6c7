/*
 * Deferreds: a result and the chain of links that it runs through.
 *
 * Invariants.
 * - The result is COOP_PENDING until the Deferred has fired, and again while it waits for another.
 * - A Deferred that waits stands, as a link of its own kind, in the chain of the one that it waits for
 *   (`upstream`), which so keeps it alive, and in that one's tree of waiters. The waiters' tree holds no more
 *   than the chains do; it exists so that a circle can be found without a walk through the chains.
 * - `running` is set as long as the Deferred stands on a stack of run(), and it stands on one at most.
 */

#include "internal.h"

#include <float.h>

typedef enum link_kind { LINK_CALLBACKS, LINK_OBSERVER, LINK_TIMEOUT, LINK_WAITER, LINK_CHAINED } link_kind;

typedef struct chain_link {
  struct chain_link *next;
  union {
    coop_callbacks pair;
    struct {
      coop_observer_fn look;
      coop_drop_fn drop;
      void *context;
    } observer;
    coop_timeout *timeout;
    coop_deferred *target; /* LINK_WAITER, LINK_CHAINED: one reference */
  } to;
  link_kind kind;
} chain_link;

struct coop_deferred {
  const coop_host *host;
  void *context;
  coop_canceller_fn canceller;
  coop_result result;
  chain_link *first, *last;
  coop_deferred *below;     /* on the stack of run(), or on the list of release() */
  coop_deferred *next_done; /* in a task's list */
  coop_deferred *upstream, *first_waiter, *last_waiter, *next_waiter;
  uint32_t references;
  uint32_t pauses;
  bool called, running, waiting, cancelling;
  bool handled;       /* an observer took notice of the failure that is the result */
  bool borrowed;      /* the result's value is not this Deferred's to release */
  bool swallows_late; /* D2 */
};

static const coop_result nothing = {COOP_OK, NULL};

static bool is_failure(coop_result result) { return result.status != COOP_OK && result.status != COOP_PENDING; }

coop_result coop_wait_for(coop_deferred *other) { return (coop_result){COOP_PENDING, other}; }

coop_deferred **coop__deferred_next_done(coop_deferred *deferred) { return &deferred->next_done; }

static coop_status create(const coop_host *host, void *context, coop_deferred **out) {
  if (host == NULL || host->allocate == NULL || host->free == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  coop_deferred *deferred = coop__allocate(host, sizeof *deferred);
  if (deferred == NULL) return COOP_NO_MEMORY;
  *deferred = (coop_deferred){.host = host, .context = context, .references = 1, .result = {COOP_PENDING, NULL}};
  *out = deferred;
  return COOP_OK;
}

coop_status coop_deferred_create(const coop_host *host, coop_canceller_fn canceller, void *context,
                                 coop_deferred **out) {
  coop_status status = create(host, context, out);
  if (status == COOP_OK) (*out)->canceller = canceller;
  return status;
}

coop_status coop_deferred_restore(const coop_host *host, const coop_settlement *settlement, void *context,
                                  coop_deferred **out) {
  if (settlement == NULL || settlement->result.status == COOP_PENDING) return COOP_INVALID_ARGUMENT;
  coop_status status = create(host, context, out);
  if (status != COOP_OK) return status;
  (*out)->called = true;
  (*out)->result = settlement->result;
  (*out)->handled = settlement->handled;
  (*out)->swallows_late = settlement->swallows_late;
  return COOP_OK;
}

coop_deferred *coop_deferred_retain(coop_deferred *deferred) {
  deferred->references++;
  return deferred;
}

void *coop_deferred_context(const coop_deferred *deferred) { return deferred->context; }

void coop_deferred_set_context(coop_deferred *deferred, void *context) { deferred->context = context; }

bool coop_deferred_called(const coop_deferred *deferred) { return deferred->called; }

coop_result coop_deferred_result(const coop_deferred *deferred) { return deferred->result; }

static void release_value(const coop_host *host, coop_result result) {
  if (result.value != NULL && result.status != COOP_PENDING && host->release != NULL)
    host->release(host->context, result.value);
}

/* ---- the chain ---- */

static coop_status append(coop_deferred *deferred, const chain_link *link) {
  chain_link *added = coop__allocate(deferred->host, sizeof *added);
  if (added == NULL) return COOP_NO_MEMORY;
  *added = *link;
  added->next = NULL;
  if (deferred->first == NULL)
    deferred->first = added;
  else
    deferred->last->next = added;
  deferred->last = added;
  return COOP_OK;
}

static chain_link take_first(coop_deferred *deferred) {
  chain_link *first = deferred->first;
  chain_link taken = *first;
  deferred->first = first->next;
  coop__free(deferred->host, first, sizeof *first);
  return taken;
}

static void add_waiter(coop_deferred *upstream, coop_deferred *waiter) {
  waiter->waiting = true;
  waiter->upstream = upstream;
  waiter->next_waiter = NULL;
  if (upstream->first_waiter == NULL)
    upstream->first_waiter = waiter;
  else
    upstream->last_waiter->next_waiter = waiter;
  upstream->last_waiter = waiter;
}

/* The links of the waiters run in the order in which they were added, so it is always the first that goes. */
static void remove_first_waiter(coop_deferred *upstream) {
  coop_deferred *waiter = upstream->first_waiter;
  upstream->first_waiter = waiter->next_waiter;
  waiter->upstream = NULL;
}

/* The next one in a walk through all that wait, directly or not, for `root`; NULL at the end. */
static coop_deferred *next_downstream(coop_deferred *at, const coop_deferred *root) {
  if (at->first_waiter != NULL) return at->first_waiter;
  while (at != root && at->next_waiter == NULL) at = at->upstream;
  return at == root ? NULL : at->next_waiter;
}

/*
 * Would `waiter`, which waits for nobody yet, by waiting for `upstream` wait for itself? Two walks take turns,
 * up from the one and down from the other; the shorter decides (a circle shows on the way up, which is never the
 * longer one then). Each link made joins two trees and costs no more than the smaller of them, so n links cost
 * O(n log n) in whichever order they are made (the argument of weighted union; Tarjan, "Data Structures and Network
 * Algorithms", 1983, chapter 2).
 */
static bool would_close_a_circle(coop_deferred *waiter, coop_deferred *upstream) {
  coop_deferred *up = upstream, *down = waiter;
  for (;;) {
    if (up == waiter) return true;
    up = up->upstream;
    if (up == NULL) return false;
    down = next_downstream(down, waiter);
    if (down == NULL) return false;
  }
}

/* Then nothing is left in its chain: it would have run. */
static bool at_rest(const coop_deferred *deferred) {
  return deferred->called && !deferred->waiting && !deferred->running && deferred->pauses == 0;
}

/* Tells the host that a Deferred rests; the caller holds a reference. */
static void tell_if_settled(coop_deferred *deferred) {
  const coop_host *host = deferred->host;
  /* beside the owner's reference and run()'s: somebody else's, who may still fire it or wait for it */
  if (host->settled == NULL || !at_rest(deferred) || deferred->references > 2) return;
  coop_settlement settlement = {deferred->result, deferred->handled, deferred->swallows_late};
  if (host->settled(host->context, deferred, &settlement)) deferred->result = nothing;
}

static void set_result(coop_deferred *deferred, coop_result result, bool borrowed) {
  deferred->result = result;
  deferred->borrowed = borrowed;
  deferred->handled = false;
}

static void run(coop_deferred *deferred);

/* D3: `deferred`, whose result is not there, takes over that of `other`, now or when it comes. */
static void take_over(coop_deferred *deferred, coop_deferred *other) {
  deferred->result = (coop_result){COOP_PENDING, NULL};
  if (other == NULL) {
    set_result(deferred, (coop_result){COOP_INVALID_ARGUMENT, NULL}, false);
  } else if (other != deferred && at_rest(other)) {
    set_result(deferred, other->result, other->borrowed);
    set_result(other, nothing, false);
    run(other); /* for who is to be told that it rests */
  } else if (would_close_a_circle(deferred, other)) {
    set_result(deferred, (coop_result){COOP_CIRCULAR, NULL}, false);
  } else {
    chain_link link = {.kind = LINK_WAITER, .to.target = deferred};
    coop_status status = append(other, &link);
    if (status != COOP_OK) {
      set_result(deferred, (coop_result){status, NULL}, false);
      return;
    }
    deferred->references++;
    add_waiter(other, deferred);
  }
}

/* Fires without running the chain. */
static coop_status set_fired(coop_deferred *deferred, coop_result result, bool borrowed) {
  if (deferred->called) {
    if (!deferred->swallows_late) return COOP_ALREADY_CALLED;
    deferred->swallows_late = false;
    if (!borrowed) release_value(deferred->host, result);
    return COOP_OK;
  }
  deferred->called = true;
  deferred->canceller = NULL;
  if (result.status == COOP_PENDING)
    take_over(deferred, result.value);
  else
    set_result(deferred, result, borrowed);
  return COOP_OK;
}

struct coop_timeout {
  coop_deferred *deferred; /* its chain owns this struct, so it is there */
  coop_clock clock;
  void *value; /* for COOP_TIMED_OUT */
  bool fired;
};

/* Frees it, cancelled where it has not fired; returns whether it has, and with what. */
static bool end_timeout(coop_timeout *timeout, void **value) {
  const bool fired = timeout->fired;
  *value = timeout->value;
  if (!fired && timeout->clock.cancel != NULL) timeout->clock.cancel(timeout->clock.context, timeout);
  coop__free(timeout->deferred->host, timeout, sizeof *timeout);
  return fired;
}

/*
 * Runs the first link. Returns the Deferred that is to run next, before the rest of this chain, if the link
 * handed the result on to one; with it goes the reference that the link had.
 */
static coop_deferred *run_first_link(coop_deferred *deferred) {
  chain_link link = take_first(deferred);
  coop_result result = deferred->result;
  bool borrowed = deferred->borrowed;
  switch (link.kind) {
    case LINK_CALLBACKS: {
      coop_callback_fn call = is_failure(result) ? link.to.pair.errback : link.to.pair.callback;
      if (call == NULL) {
        if (link.to.pair.drop != NULL) link.to.pair.drop(link.to.pair.context);
        return NULL;
      }
      set_result(deferred, nothing, false); /* it is the callback's now */
      result = call(link.to.pair.context, result);
      if (result.status == COOP_PENDING)
        take_over(deferred, result.value);
      else
        set_result(deferred, result, false);
      return NULL;
    }
    case LINK_OBSERVER:
      if (link.to.observer.look(link.to.observer.context, deferred, result)) deferred->handled = true;
      return NULL;
    case LINK_TIMEOUT: {
      coop_result timed_out = {COOP_TIMED_OUT, NULL};
      if (end_timeout(link.to.timeout, &timed_out.value) && result.status == COOP_CANCELLED) {
        if (!borrowed) release_value(deferred->host, result);
        set_result(deferred, timed_out, false);
      } else {
        release_value(deferred->host, timed_out);
      }
      return NULL;
    }
    case LINK_WAITER:
      set_result(deferred, nothing, false);
      remove_first_waiter(deferred);
      link.to.target->waiting = false;
      set_result(link.to.target, result, borrowed);
      return link.to.target;
    case LINK_CHAINED: {
      set_result(deferred, nothing, false);
      coop_status status = set_fired(link.to.target, result, borrowed);
      if (status == COOP_OK) return link.to.target;
      if (!borrowed) release_value(deferred->host, result);
      set_result(deferred, (coop_result){status, NULL}, false);
      return link.to.target; /* which may rest now that nobody is chained to it */
    }
  }
  return NULL;
}

/*
 * Runs the chain as far as it goes, and with it those that it hands its result on to: a stack of Deferreds
 * through `below` takes the place of the C stack (D5). Every public operation ends with it.
 */
static void run_and_release(coop_deferred *deferred) {
  if (deferred->running) { /* a run further up the C stack goes on with it */
    coop_deferred_release(deferred);
    return;
  }
  deferred->running = true;
  deferred->below = NULL;
  for (coop_deferred *top = deferred; top != NULL;) {
    coop_deferred *next = NULL;
    while (next == NULL && top->called && !top->waiting && top->pauses == 0 && top->first != NULL)
      next = run_first_link(top);
    if (next != NULL && !next->running) {
      next->running = true;
      next->below = top;
      top = next;
    } else if (next != NULL) {
      coop_deferred_release(next);
    } else {
      coop_deferred *done = top;
      top = done->below;
      done->running = false;
      tell_if_settled(done);
      coop_deferred_release(done);
    }
  }
}

static void run(coop_deferred *deferred) { run_and_release(coop_deferred_retain(deferred)); }

static void destroy(coop_deferred *deferred) {
  const coop_host *host = deferred->host;
  if (is_failure(deferred->result) && !deferred->handled && host->unhandled != NULL)
    host->unhandled(host->context, deferred->result);
  if (!deferred->borrowed) release_value(host, deferred->result);
  coop__free(host, deferred, sizeof *deferred);
}

void coop_deferred_release(coop_deferred *deferred) {
  if (deferred == NULL || --deferred->references != 0) return;
  /* what it kept alive may go with it, a hundred thousand in a row: a list, not a recursion */
  deferred->below = NULL;
  for (coop_deferred *gone = deferred; gone != NULL;) {
    if (gone->first == NULL) {
      coop_deferred *next = gone->below;
      destroy(gone);
      gone = next;
      continue;
    }
    chain_link link = take_first(gone);
    switch (link.kind) {
      case LINK_CALLBACKS:
        if (link.to.pair.drop != NULL) link.to.pair.drop(link.to.pair.context);
        break;
      case LINK_OBSERVER:
        if (link.to.observer.drop != NULL) link.to.observer.drop(link.to.observer.context);
        break;
      case LINK_TIMEOUT: {
        coop_result unused = {COOP_TIMED_OUT, NULL};
        (void)end_timeout(link.to.timeout, &unused.value);
        release_value(gone->host, unused);
        break;
      }
      case LINK_WAITER:
        remove_first_waiter(gone); /* it waits on, for nobody; it can still be cancelled */
        /* fall through */
      case LINK_CHAINED:
        if (--link.to.target->references == 0) {
          link.to.target->below = gone->below;
          gone->below = link.to.target;
        } else {
          run(link.to.target); /* it may rest now */
        }
        break;
    }
  }
}

/* ---- the operations ---- */

coop_status coop_deferred_fire(coop_deferred *deferred, coop_result result) {
  if (deferred == NULL || (result.status == COOP_PENDING && result.value == NULL)) return COOP_INVALID_ARGUMENT;
  coop_status status = set_fired(deferred, result, false);
  run(deferred);
  return status;
}

coop_status coop__deferred_fire_borrowed(coop_deferred *deferred, coop_result result) {
  coop_status status = set_fired(deferred, result, true);
  run_and_release(deferred);
  return status;
}

coop_status coop_deferred_callback(coop_deferred *deferred, void *value) {
  return coop_deferred_fire(deferred, (coop_result){COOP_OK, value});
}

coop_status coop_deferred_errback(coop_deferred *deferred, coop_failure failure) {
  if (!is_failure(failure)) return COOP_INVALID_ARGUMENT;
  return coop_deferred_fire(deferred, failure);
}

static coop_status append_and_run(coop_deferred *deferred, const chain_link *link) {
  coop_status status = append(deferred, link);
  run(deferred);
  return status;
}

coop_status coop_deferred_add_callbacks(coop_deferred *deferred, const coop_callbacks *callbacks) {
  if (deferred == NULL || callbacks == NULL || (callbacks->callback == NULL && callbacks->errback == NULL))
    return COOP_INVALID_ARGUMENT;
  return append_and_run(deferred, &(chain_link){.kind = LINK_CALLBACKS, .to.pair = *callbacks});
}

coop_status coop_deferred_observe(coop_deferred *deferred, coop_observer_fn observer, coop_drop_fn drop,
                                  void *context) {
  if (deferred == NULL || observer == NULL) return COOP_INVALID_ARGUMENT;
  return append_and_run(deferred, &(chain_link){.kind = LINK_OBSERVER, .to.observer = {observer, drop, context}});
}

coop_status coop_deferred_chain(coop_deferred *deferred, coop_deferred *target) {
  if (deferred == NULL || target == NULL) return COOP_INVALID_ARGUMENT;
  if (deferred == target) return COOP_CIRCULAR;
  target->references++;
  coop_status status = append(deferred, &(chain_link){.kind = LINK_CHAINED, .to.target = target});
  if (status != COOP_OK) target->references--;
  run(deferred);
  return status;
}

coop_status coop_deferred_pause(coop_deferred *deferred) {
  if (deferred == NULL) return COOP_INVALID_ARGUMENT;
  deferred->pauses++;
  return COOP_OK;
}

coop_status coop_deferred_unpause(coop_deferred *deferred) {
  if (deferred == NULL) return COOP_INVALID_ARGUMENT;
  coop_status status = deferred->pauses == 0 ? COOP_NOT_PAUSED : COOP_OK;
  if (status == COOP_OK) deferred->pauses--;
  run(deferred);
  return status;
}

coop_status coop_deferred_cancel(coop_deferred *deferred) { return coop_deferred_cancel_with(deferred, NULL); }

coop_status coop_deferred_cancel_with(coop_deferred *deferred, void *value) {
  if (deferred == NULL) return COOP_INVALID_ARGUMENT;
  const coop_result cancelled = {COOP_CANCELLED, value};
  bool taken = false;
  while (deferred->waiting && deferred->upstream != NULL) deferred = deferred->upstream;
  deferred->references++;
  if (!deferred->called && !deferred->cancelling) {
    coop_canceller_fn canceller = deferred->canceller;
    if (canceller == NULL) {
      deferred->swallows_late = true; /* who was to fire it does not know of this */
    } else {
      deferred->canceller = NULL;
      deferred->cancelling = true;
      canceller(deferred->context, deferred);
      deferred->cancelling = false;
    }
    if (!deferred->called) {
      deferred->called = taken = true;
      set_result(deferred, cancelled, false);
    }
  } else if (deferred->waiting) { /* for one that is gone */
    deferred->waiting = false;
    taken = true;
    set_result(deferred, cancelled, false);
  }
  if (!taken) release_value(deferred->host, cancelled);
  run_and_release(deferred);
  return COOP_OK;
}

/* ---- timeouts ---- */

void coop_timeout_fire(coop_timeout *timeout, void *value) {
  timeout->fired = true;
  timeout->value = value;
  (void)coop_deferred_cancel(timeout->deferred);
}

coop_status coop_deferred_add_timeout(coop_deferred *deferred, double delay_ms, const coop_clock *clock) {
  if (deferred == NULL || clock == NULL || clock->call_later == NULL || !(delay_ms >= 0 && delay_ms <= DBL_MAX))
    return COOP_INVALID_ARGUMENT;
  coop_timeout *timeout = coop__allocate(deferred->host, sizeof *timeout);
  if (timeout == NULL) return COOP_NO_MEMORY;
  *timeout = (coop_timeout){.deferred = deferred, .clock = *clock};
  /* as if it ran, so that the clock and the memory can say no before anything has, and nobody ends it meanwhile */
  const bool running = deferred->running;
  deferred->references++;
  deferred->running = true;
  coop_status status = clock->call_later(clock->context, delay_ms, timeout);
  if (status == COOP_OK) {
    status = append(deferred, &(chain_link){.kind = LINK_TIMEOUT, .to.timeout = timeout});
    if (status != COOP_OK) {
      coop_result unused = {COOP_TIMED_OUT, NULL};
      (void)end_timeout(timeout, &unused.value);
      release_value(deferred->host, unused);
    }
  } else {
    coop__free(deferred->host, timeout, sizeof *timeout);
  }
  deferred->running = running;
  run_and_release(deferred);
  return status;
}
