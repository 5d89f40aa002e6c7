/*
 * Deferreds: a result, and the chain of links that it runs through.
 *
 * A chain is a singly linked list: callbacks are appended at its end and run from its start, each once. A Deferred that
 * waits for another one (D3) is a link in the chain of that one, so the result finds it. The same relation is also kept
 * as a tree: `upstream` is the Deferred that is waited for, and `first_waiter`, `next_waiter` are those that wait. The
 * tree serves to find circles without a walk through the chains.
 *
 * Invariants.
 * - The result is COOP_PENDING until the Deferred fires, and again while it waits for another one.
 * - The Deferreds in the tree below one are exactly the LINK_WAITER links in its chain, in the same order.
 * - `running` is set while the Deferred is on the stack of a run_chain() or waits in the queue of nested calls. It is in
 *   one such place at most.
 * - A Deferred that is destroyed counts as running and fired and has a reference until it is freed, and nothing is below
 *   it in the tree. So whatever a drop function or a clock calls, it is neither run nor fired nor destroyed again.
 */

#include <float.h>
#include <stdint.h>

#include "deferred_internal.h"

typedef enum link_kind { LINK_CALLBACKS, LINK_OBSERVER, LINK_TIMEOUT, LINK_WAITER, LINK_CHAINED } link_kind;

typedef struct chain_link {
  struct chain_link *next;
  union {
    coop_callbacks pair;
    struct {
      coop_observer_fn observe;
      coop_drop_fn drop;
      void *context;
    } observer;
    coop_timeout *timeout;
    coop_deferred *target; /* of LINK_WAITER and LINK_CHAINED; a reference */
  } to;
  link_kind kind;
} chain_link;

struct coop_deferred {
  coop__call run; /* run_chain; in the queue of nested calls, `running` is set (nesting.h) */
  const coop_host *host;
  void *context;
  coop_canceller_fn canceller;
  coop_result result;
  chain_link *first, *last;
  coop_deferred *below;     /* on the stack of run_chain(), or in the list of coop_deferred_release() */
  coop_deferred *next_done; /* in the list of a task */
  coop_deferred *upstream, *first_waiter, *last_waiter, *next_waiter;
  uint32_t references;
  uint32_t pauses;
  bool called, running, waiting, cancelling;
  bool handled;       /* an observer handled the failure that is the result (D7) */
  bool borrowed;      /* the value of the result has another owner, who releases it */
  bool swallows_late; /* one late firing is to be ignored (D2) */
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
  host = coop__known(host);
  if (result.value != NULL && result.status != COOP_PENDING && host->release != NULL)
    host->release(host->context, result.value);
}

/* ---- the chain ---- */

static void put_last(coop_deferred *deferred, chain_link *link) {
  link->next = NULL;
  if (deferred->first == NULL)
    deferred->first = link;
  else
    deferred->last->next = link;
  deferred->last = link;
}

static coop_status append(coop_deferred *deferred, const chain_link *link) {
  chain_link *added = coop__allocate(deferred->host, sizeof *added);
  if (added == NULL) return COOP_NO_MEMORY;
  *added = *link;
  put_last(deferred, added);
  return COOP_OK;
}

static chain_link pop_first(coop_deferred *deferred) {
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

/* Links run in the order in which they were added, so it is always the first waiter that leaves. */
static void remove_first_waiter(coop_deferred *upstream) {
  coop_deferred *waiter = upstream->first_waiter;
  upstream->first_waiter = waiter->next_waiter;
  waiter->upstream = NULL;
}

/* The next Deferred in a walk through the tree below `root`; NULL at the end. */
static coop_deferred *next_downstream(coop_deferred *at, const coop_deferred *root) {
  if (at->first_waiter != NULL) return at->first_waiter;
  while (at != root && at->next_waiter == NULL) at = at->upstream;
  return at == root ? NULL : at->next_waiter;
}

/*
 * Would `waiter`, which waits for nothing yet, wait for itself if it waited for `upstream`? It would if it is among the
 * ancestors of `upstream`. Two walks proceed in lockstep: one up from `upstream`, one through the tree below `waiter`.
 * The first to end decides: at the root without meeting `waiter`, or through the whole tree without meeting `upstream`
 * on the way up, there is no circle. So a check costs no more than the smaller of the two trees that the new link
 * joins, and n links cost O(n log n) in whichever order they are made (weighted union: Tarjan, "Data Structures and
 * Network Algorithms", 1983, chapter 2).
 */
static bool would_close_circle(coop_deferred *waiter, coop_deferred *upstream) {
  coop_deferred *up = upstream, *down = waiter;
  for (;;) {
    if (up == waiter) return true;
    up = up->upstream;
    if (up == NULL) return false;
    down = next_downstream(down, waiter);
    if (down == NULL) return false;
  }
}

/* If so, its chain is empty, because it would have run. */
static bool is_settled(const coop_deferred *deferred) {
  return deferred->called && !deferred->waiting && !deferred->running && deferred->pauses == 0;
}

/* Notifies the host. The caller holds a reference, beside the owner's; any other may still be used to wait for it. */
static void notify_if_settled(coop_deferred *deferred) {
  const coop_host *host = coop__known(deferred->host);
  if (host->settled == NULL || !is_settled(deferred) || deferred->references > 2) return;
  if (deferred->borrowed && deferred->result.value != NULL) return; /* it is not the Deferred's to give away */
  coop_settlement settlement = {deferred->result, deferred->handled, deferred->swallows_late};
  if (host->settled(host->context, deferred, &settlement)) deferred->result = nothing;
}

static void set_result(coop_deferred *deferred, coop_result result, bool borrowed) {
  deferred->result = result;
  deferred->borrowed = borrowed;
  deferred->handled = false;
}

static void run(coop_deferred *deferred);

/* Gives `deferred` the result of `other`, now or when it is available (D3). */
static void take_result_of(coop_deferred *other, coop_deferred *deferred) {
  deferred->result = (coop_result){COOP_PENDING, NULL};
  if (other == NULL) {
    set_result(deferred, (coop_result){COOP_INVALID_ARGUMENT, NULL}, false);
  } else if (other != deferred && is_settled(other)) {
    set_result(deferred, other->result, other->borrowed);
    set_result(other, nothing, false);
    run(other); /* which notifies the host of the new result */
  } else if (would_close_circle(deferred, other)) {
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

/* Fires, but does not run the chain. */
static coop_status fire(coop_deferred *deferred, coop_result result, bool borrowed) {
  if (deferred->called) {
    if (!deferred->swallows_late) return COOP_ALREADY_CALLED;
    deferred->swallows_late = false;
    if (!borrowed) release_value(deferred->host, result);
    return COOP_OK;
  }
  deferred->called = true;
  deferred->canceller = NULL;
  if (result.status == COOP_PENDING)
    take_result_of(result.value, deferred);
  else
    set_result(deferred, result, borrowed);
  return COOP_OK;
}

struct coop_timeout {
  coop_deferred *deferred; /* whose chain owns this struct, so the pointer stays valid */
  coop_clock clock;
  void *value; /* for COOP_TIMED_OUT */
  bool fired;
};

/* Frees the timeout, and cancels it if it has not fired. Returns whether it has fired; `value` gets its value. */
static bool end_timeout(coop_timeout *timeout, void **value) {
  const bool fired = timeout->fired;
  if (!fired && timeout->clock.cancel != NULL) timeout->clock.cancel(timeout->clock.context, timeout);
  *value = timeout->value; /* now: the clock may have fired it instead */
  coop__free(timeout->deferred->host, timeout, sizeof *timeout);
  return fired;
}

/*
 * Runs the first link. If the link passed the result on to another Deferred, returns that one, which has to run before
 * the rest of this chain. The caller takes over the link's reference to that Deferred.
 */
static coop_deferred *run_first_link(coop_deferred *deferred) {
  chain_link link = pop_first(deferred);
  coop_result result = deferred->result;
  bool borrowed = deferred->borrowed;
  switch (link.kind) { /* GCOVR_EXCL_BR_LINE: there is no other kind */
    case LINK_CALLBACKS: {
      coop_callback_fn call = is_failure(result) ? link.to.pair.errback : link.to.pair.callback;
      if (call == NULL) {
        if (link.to.pair.drop != NULL) link.to.pair.drop(link.to.pair.context);
        return NULL;
      }
      set_result(deferred, nothing, false); /* the callback owns the value now */
      result = call(link.to.pair.context, result);
      if (result.status == COOP_PENDING)
        take_result_of(result.value, deferred);
      else
        set_result(deferred, result, false);
      return NULL;
    }
    case LINK_OBSERVER:
      if (link.to.observer.observe(link.to.observer.context, deferred, result)) deferred->handled = true;
      return NULL;
    case LINK_TIMEOUT: {
      coop_result timed_out = {COOP_TIMED_OUT, NULL};
      if (end_timeout(link.to.timeout, &timed_out.value) && result.status == COOP_CANCELLED) {
        set_result(deferred, timed_out, false); /* first: the host may ask for it */
        if (!borrowed) release_value(deferred->host, result);
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
      coop_status status = fire(link.to.target, result, borrowed);
      if (status == COOP_OK) return link.to.target;
      if (!borrowed) release_value(deferred->host, result);
      set_result(deferred, (coop_result){status, NULL}, false);
      return link.to.target; /* which may be settled, now that nothing is chained to it */
    }
  }
  return NULL; /* GCOVR_EXCL_LINE: for compilers that do not see that all kinds are above */
}

static bool has_link_to_run(const coop_deferred *deferred) {
  return deferred->called && !deferred->waiting && deferred->pauses == 0 && deferred->first != NULL;
}

/*
 * Runs the chain as far as possible, and the chains of the Deferreds that it passes its result on to, then drops a
 * reference. A stack of Deferreds, linked through `below`, replaces recursion, so that the C stack stays flat (D5).
 */
static void run_chain(coop__call *call) {
  coop_deferred *deferred = (coop_deferred *)call; /* its first member */
  deferred->below = NULL;
  for (coop_deferred *top = deferred; top != NULL;) {
    coop_deferred *next = NULL;
    while (next == NULL && has_link_to_run(top)) next = run_first_link(top);
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
      notify_if_settled(done);
      coop_deferred_release(done);
    }
  }
}

/* run_chain, flat if it would be nested too deeply. Every public operation ends with this. */
static void run_and_release(coop_deferred *deferred) {
  if (deferred->running) { /* a call further up the C stack continues with it */
    coop_deferred_release(deferred);
    return;
  }
  deferred->running = true;
  if (has_link_to_run(deferred))
    coop__nest(deferred->host, &deferred->run, run_chain);
  else
    run_chain(&deferred->run);
}

static void run(coop_deferred *deferred) { run_and_release(coop_deferred_retain(deferred)); }

static void destroy(coop_deferred *deferred) {
  const coop_host *host = coop__known(deferred->host);
  if (is_failure(deferred->result) && !deferred->handled && host->unhandled != NULL)
    host->unhandled(host->context, deferred->result);
  if (!deferred->borrowed) release_value(host, deferred->result);
  coop__free(host, deferred, sizeof *deferred);
}

/* Drops a reference. If it was the last one, puts the Deferred in front of the list `below`, to be destroyed. */
static bool drop_reference(coop_deferred *deferred, coop_deferred *below) {
  if (--deferred->references != 0) return false;
  deferred->references = 1;
  deferred->called = deferred->running = true;
  deferred->waiting = false;
  deferred->below = below;
  /* Those that wait for it will never get a result, but they can be cancelled, and wait for another one then. */
  while (deferred->first_waiter != NULL) remove_first_waiter(deferred);
  return true;
}

void coop_deferred_release(coop_deferred *deferred) {
  if (deferred == NULL || !drop_reference(deferred, NULL)) return;
  /* Its chain may hold the last reference to another, and so on for 100,000 of them: a list instead of recursion. */
  for (coop_deferred *gone = deferred; gone != NULL;) {
    if (gone->first == NULL) {
      coop_deferred *next = gone->below;
      destroy(gone);
      gone = next;
      continue;
    }
    chain_link link = pop_first(gone);
    switch (link.kind) { /* GCOVR_EXCL_BR_LINE: there is no other kind */
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
      case LINK_CHAINED:
        if (drop_reference(link.to.target, gone->below))
          gone->below = link.to.target;
        else
          run(link.to.target); /* it may be settled now */
        break;
    }
  }
}

/* ---- the operations ---- */

coop_status coop_deferred_fire(coop_deferred *deferred, coop_result result) {
  if (deferred == NULL || (result.status == COOP_PENDING && result.value == NULL)) return COOP_INVALID_ARGUMENT;
  deferred->references++; /* first: the host may release its reference when it releases an ignored value */
  coop_status status = fire(deferred, result, false);
  run_and_release(deferred);
  return status;
}

coop_status coop__deferred_fire_borrowed(coop_deferred *deferred, coop_result result) {
  coop_status status = fire(deferred, result, true);
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

/* Takes the first such observer out of the chain; NULL: there is none. */
static chain_link *take_observer(coop_deferred *deferred, coop_observer_fn observer, const void *context) {
  chain_link *previous = NULL, *link = deferred->first;
  for (; link != NULL; previous = link, link = link->next) {
    if (link->kind == LINK_OBSERVER && link->to.observer.observe == observer && link->to.observer.context == context)
      break;
  }
  if (link == NULL) return NULL;
  if (previous == NULL)
    deferred->first = link->next;
  else
    previous->next = link->next;
  if (link->next == NULL) deferred->last = previous;
  return link;
}

bool coop_deferred_unobserve(coop_deferred *deferred, coop_observer_fn observer, const void *context) {
  chain_link *link = take_observer(deferred, observer, context);
  if (link == NULL) return false;
  coop__free(deferred->host, link, sizeof *link);
  return true;
}

bool coop__deferred_observe_last(coop_deferred *deferred, coop_observer_fn observer, const void *context) {
  chain_link *link = take_observer(deferred, observer, context);
  if (link != NULL) put_last(deferred, link);
  return link != NULL;
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
  bool used = false;
  while (deferred->waiting && deferred->upstream != NULL) deferred = deferred->upstream;
  deferred->references++;
  if (!deferred->called && !deferred->cancelling) {
    coop_canceller_fn canceller = deferred->canceller;
    if (canceller == NULL) {
      deferred->swallows_late = true; /* whoever would fire it is not notified */
    } else {
      deferred->canceller = NULL;
      deferred->cancelling = true;
      canceller(deferred->context, deferred);
    }
    if (!deferred->called) {
      deferred->called = used = true;
      set_result(deferred, cancelled, false);
    }
  } else if (deferred->waiting) { /* for a Deferred that was destroyed */
    deferred->waiting = false;
    used = true;
    set_result(deferred, cancelled, false);
  }
  if (!used) release_value(deferred->host, cancelled);
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
  /* Hold the chain as a run does: call_later may call back, and no link may run before it and `append` succeed. */
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
