/*
 * Semaphores and queues. They use Deferreds as any program does, through the public interface.
 *
 * Those who wait are nodes in a line, a doubly linked list, so that they can leave it from anywhere in constant time.
 * The context of a Deferred tells what it stands for: its node while it waits, its semaphore while it has a permit, NULL
 * after that.
 *
 * Invariants, except inside the functions that restore them by letting somebody in.
 * - Nobody waits for a permit while one is left.
 * - Nobody waits for an item while there is one, and nobody waits for room while there is room.
 * - Nobody waits in a line that is closed.
 *
 * Firing a Deferred calls back. It is always the last thing that is done to a node, which has left its line and is freed
 * by then, and `holds` keeps the struct alive whatever a callback does.
 */

#include "cooperator/sync.h"

#include <stdint.h>

#include "common.h"

typedef struct node node;

typedef struct waiting_line {
  node *first, *last;
  size_t count;
} waiting_line;

struct node {
  node *next, *previous;
  waiting_line *line;
  const coop_host *host;
  coop_deferred *deferred; /* a reference; NULL: an item that is in the queue */
  void *item;              /* of a queue: what waits for room, or is in the queue */
};

static const coop_result nothing = {COOP_OK, NULL};
static const coop_failure cancelled = {COOP_CANCELLED, NULL};

/* ---- lines ---- */

static void append(waiting_line *line, node *added) {
  added->line = line;
  added->next = NULL;
  added->previous = line->last;
  if (line->last == NULL)
    line->first = added;
  else
    line->last->next = added;
  line->last = added;
  line->count++;
}

static void unlink_node(node *gone) {
  waiting_line *line = gone->line;
  if (gone->previous == NULL)
    line->first = gone->next;
  else
    gone->previous->next = gone->next;
  if (gone->next == NULL)
    line->last = gone->previous;
  else
    gone->next->previous = gone->previous;
  line->count--;
}

static node *create_node(const coop_host *host, void *item) {
  node *created = coop__allocate(host, sizeof *created);
  if (created != NULL) *created = (node){.host = host, .item = item};
  return created;
}

static void free_node(node *gone) { coop__free(gone->host, gone, sizeof *gone); }

/* Takes the first one out of its line, and passes its reference on to the caller. */
static coop_deferred *take_first(waiting_line *line) {
  node *first = line->first;
  coop_deferred *deferred = first->deferred;
  unlink_node(first);
  free_node(first);
  coop_deferred_set_context(deferred, NULL);
  return deferred;
}

/* Takes a Deferred that waits out of its line. Returns whether it waited. */
static bool leave(coop_deferred *deferred) {
  if (coop_deferred_called(deferred)) return false;
  node *gone = coop_deferred_context(deferred);
  if (gone == NULL) return false;
  coop_deferred_set_context(deferred, NULL);
  unlink_node(gone);
  free_node(gone);
  coop_deferred_release(deferred); /* the line's reference; the caller has another */
  return true;
}

static void leave_cancelled(void *context, coop_deferred *deferred) {
  (void)context;
  (void)leave(deferred);
}

static coop_status join(waiting_line *line, const coop_host *host, void *item, coop_deferred **out) {
  node *added = create_node(host, item);
  if (added == NULL) return COOP_NO_MEMORY;
  const coop_status status = coop_deferred_create(host, leave_cancelled, added, out);
  if (status != COOP_OK) {
    free_node(added);
    return status;
  }
  added->deferred = coop_deferred_retain(*out);
  append(line, added);
  return COOP_OK;
}

/* Fires, and takes over a reference. Returns false if somebody else had fired the Deferred, who must not. */
static bool fire(coop_deferred *deferred, coop_result result) {
  const bool fired = coop_deferred_fire(deferred, result) == COOP_OK;
  coop_deferred_release(deferred);
  return fired;
}

/* The line must not get anybody new while this runs. */
static void reject_all(waiting_line *line) {
  while (line->first != NULL) (void)fire(take_first(line), cancelled);
}

/* ---- semaphores ---- */

struct coop_semaphore {
  const coop_host *host;
  size_t limit, active;
  waiting_line line;
  size_t holds; /* the owner, permits, and calls on the stack */
  bool destroyed;
};

static void drop_semaphore(coop_semaphore *semaphore) {
  if (--semaphore->holds == 0) coop__free(semaphore->host, semaphore, sizeof *semaphore);
}

coop_status coop_semaphore_create(const coop_host *host, size_t limit, coop_semaphore **out) {
  if (host == NULL || host->allocate == NULL || host->free == NULL || limit == 0 || out == NULL)
    return COOP_INVALID_ARGUMENT;
  coop_semaphore *semaphore = coop__allocate(host, sizeof *semaphore);
  if (semaphore == NULL) return COOP_NO_MEMORY;
  *semaphore = (coop_semaphore){.host = host, .limit = limit, .holds = 1};
  *out = semaphore;
  return COOP_OK;
}

void coop_semaphore_destroy(coop_semaphore *semaphore) {
  if (semaphore == NULL || semaphore->destroyed) return;
  semaphore->destroyed = true;
  reject_all(&semaphore->line);
  drop_semaphore(semaphore);
}

static void give_permit(coop_semaphore *semaphore, coop_deferred *deferred) {
  semaphore->active++;
  semaphore->holds++;
  coop_deferred_set_context(deferred, semaphore);
}

static void take_permit(coop_semaphore *semaphore, coop_deferred *deferred) {
  coop_deferred_set_context(deferred, NULL);
  semaphore->active--;
  drop_semaphore(semaphore);
}

/* Lets in whom the limit allows. The caller has a hold. */
static void admit_users(coop_semaphore *semaphore) {
  while (semaphore->active < semaphore->limit && semaphore->line.first != NULL) {
    coop_deferred *first = coop_deferred_retain(take_first(&semaphore->line));
    give_permit(semaphore, first);
    if (!fire(first, nothing)) take_permit(semaphore, first);
    coop_deferred_release(first);
  }
}

coop_status coop_semaphore_acquire(coop_semaphore *semaphore, coop_deferred **permit) {
  if (semaphore == NULL || permit == NULL) return COOP_INVALID_ARGUMENT;
  if (semaphore->destroyed) return COOP_CANCELLED;
  if (semaphore->active >= semaphore->limit || semaphore->line.first != NULL)
    return join(&semaphore->line, semaphore->host, NULL, permit);
  const coop_status status = coop_deferred_create(semaphore->host, NULL, NULL, permit);
  if (status != COOP_OK) return status;
  give_permit(semaphore, *permit);
  return coop_deferred_callback(*permit, NULL);
}

coop_status coop_semaphore_release(coop_semaphore *semaphore, coop_deferred **permit) {
  if (semaphore == NULL || permit == NULL || *permit == NULL) return COOP_INVALID_ARGUMENT;
  coop_deferred *given = *permit;
  *permit = NULL;
  if (coop_deferred_context(given) == semaphore) {
    semaphore->holds++;
    take_permit(semaphore, given);
    admit_users(semaphore);
    drop_semaphore(semaphore);
  } else { /* the semaphore may be gone */
    (void)leave(given);
  }
  coop_deferred_release(given);
  return COOP_OK;
}

coop_status coop_semaphore_set_limit(coop_semaphore *semaphore, size_t limit) {
  if (semaphore == NULL || limit == 0) return COOP_INVALID_ARGUMENT;
  semaphore->limit = limit;
  semaphore->holds++;
  admit_users(semaphore);
  drop_semaphore(semaphore);
  return COOP_OK;
}

size_t coop_semaphore_limit(const coop_semaphore *semaphore) { return semaphore->limit; }

size_t coop_semaphore_active(const coop_semaphore *semaphore) { return semaphore->active; }

size_t coop_semaphore_waiting(const coop_semaphore *semaphore) { return semaphore->line.count; }

/* ---- queues ---- */

struct coop_queue {
  const coop_host *host;
  size_t size;
  waiting_line items, getters, putters;
  size_t holds; /* the owner, and calls on the stack */
  bool closed;
};

static void drop_queue(coop_queue *queue) {
  if (queue->holds != 1) {
    queue->holds--;
    return;
  }
  const coop_host *host = queue->host;
  while (queue->items.first != NULL) { /* with a hold: the host may use the queue when it releases an item */
    node *first = queue->items.first;
    void *item = first->item;
    unlink_node(first);
    free_node(first);
    if (item != NULL && host->release != NULL) host->release(host->context, item);
  }
  coop__free(host, queue, sizeof *queue);
}

coop_status coop_queue_create(const coop_host *host, size_t size, coop_queue **out) {
  if (host == NULL || host->allocate == NULL || host->free == NULL || out == NULL) return COOP_INVALID_ARGUMENT;
  coop_queue *queue = coop__allocate(host, sizeof *queue);
  if (queue == NULL) return COOP_NO_MEMORY;
  *queue = (coop_queue){.host = host, .size = size == 0 ? SIZE_MAX : size, .holds = 1};
  *out = queue;
  return COOP_OK;
}

coop_status coop_queue_close(coop_queue *queue) {
  if (queue == NULL) return COOP_INVALID_ARGUMENT;
  queue->closed = true;
  queue->holds++;
  reject_all(&queue->getters);
  reject_all(&queue->putters);
  drop_queue(queue);
  return COOP_OK;
}

void coop_queue_destroy(coop_queue *queue) {
  if (queue == NULL) return;
  (void)coop_queue_close(queue);
  drop_queue(queue);
}

/* Gives an item to the first who waits for one. Returns false if there is nobody. The caller has a hold. */
static bool hand_over(coop_queue *queue, void *item) {
  while (queue->getters.first != NULL) {
    if (fire(take_first(&queue->getters), (coop_result){COOP_OK, item})) return true;
  }
  return false;
}

coop_status coop_queue_put(coop_queue *queue, void *item, coop_deferred **put) {
  if (queue == NULL) return COOP_INVALID_ARGUMENT;
  if (queue->closed) return COOP_CANCELLED;
  coop_status status = COOP_OK;
  if (queue->items.count >= queue->size || queue->putters.first != NULL)
    return put == NULL ? COOP_PENDING : join(&queue->putters, queue->host, item, put);
  /* All memory first. A getter needs no node, but it may have been fired by somebody else. */
  node *added = create_node(queue->host, item);
  if (added == NULL) return COOP_NO_MEMORY;
  if (put != NULL) status = coop_deferred_create(queue->host, NULL, NULL, put);
  if (status != COOP_OK) {
    free_node(added);
    return status;
  }
  if (put != NULL) (void)coop_deferred_callback(*put, NULL);
  queue->holds++;
  if (hand_over(queue, item))
    free_node(added);
  else
    append(&queue->items, added);
  drop_queue(queue);
  return COOP_OK;
}

/* Lets in the items for which there is room. The caller has a hold. */
static void admit_items(coop_queue *queue) {
  while (queue->items.count < queue->size && queue->putters.first != NULL) {
    node *first = queue->putters.first;
    coop_deferred *put = first->deferred;
    first->deferred = NULL;
    coop_deferred_set_context(put, NULL);
    unlink_node(first);
    append(&queue->items, first);
    (void)fire(put, nothing);
  }
}

coop_status coop_queue_get(coop_queue *queue, coop_deferred **get) {
  if (queue == NULL || get == NULL) return COOP_INVALID_ARGUMENT;
  node *first = queue->items.first;
  if (first == NULL && !queue->closed) return join(&queue->getters, queue->host, NULL, get);
  const coop_status status = coop_deferred_create(queue->host, NULL, NULL, get);
  if (status != COOP_OK) return status;
  if (first == NULL) return coop_deferred_errback(*get, cancelled);
  void *item = first->item;
  unlink_node(first);
  free_node(first);
  queue->holds++;
  (void)coop_deferred_callback(*get, item);
  admit_items(queue);
  drop_queue(queue);
  return COOP_OK;
}

coop_status coop_queue_leave(coop_deferred **place) {
  if (place == NULL || *place == NULL) return COOP_INVALID_ARGUMENT;
  coop_deferred *gone = *place;
  *place = NULL;
  const bool waited = leave(gone);
  coop_deferred_release(gone);
  return waited ? COOP_CANCELLED : COOP_OK;
}

bool coop_queue_closed(const coop_queue *queue) { return queue->closed; }

size_t coop_queue_length(const coop_queue *queue) { return queue->items.count; }
