/*
 * Two tasks and a tick on a Cortex-M3, without an operating system and without malloc. One task counts primes; the
 * other waits for every tenth tick of the system timer. The loop at the end runs the slices, wakes the task that waits,
 * and lets the processor sleep while no task is runnable.
 */

#include <cooperator/iterator.h>

#include "board.h"

/* ---- the host ---- */

/*
 * Memory: a fixed array. The library allocates few kinds of structs, each of one size, so a freed block is kept for the
 * next allocation of the same size, and nothing is ever fragmented.
 */
typedef struct block {
  struct block *next;
  size_t size;
} block;

static _Alignas(8) unsigned char memory[1024];
static size_t memory_used;
static block *freed;

/* The smallest block can hold a `block`. */
static size_t rounded(size_t size) { return (size + 7) & ~(size_t)7; }

static void *allocate(void *context, size_t size) {
  (void)context;
  size = rounded(size);
  for (block **at = &freed; *at != NULL; at = &(*at)->next) {
    block *found = *at;
    if (found->size != size) continue;
    *at = found->next;
    return found;
  }
  if (size > sizeof memory - memory_used) return NULL;
  memory_used += size;
  return memory + memory_used - size;
}

static void free_block(void *context, void *address, size_t size) {
  (void)context;
  block *added = address;
  *added = (block){freed, rounded(size)};
  freed = added;
}

static double now_ms(void *context) {
  (void)context;
  return board_ticks();
}

static bool slice_requested;

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  (void)context;
  (void)cooperator;
  slice_requested = true;
  return COOP_OK;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  (void)context;
  (void)cooperator;
  slice_requested = false;
}

static const coop_host host = {
    .allocate = allocate, .free = free_block, .now_ms = now_ms, .schedule = schedule, .cancel = cancel};

/* ---- the tasks ---- */

enum { PRIMES_BELOW = 50000, BEAT_TICKS = 10 };

struct primes {
  COOP_ITERATOR;
  unsigned n, found;
};

static coop_turn primes_next(coop_task *task, void *state) {
  struct primes *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->n = 2; self->n < PRIMES_BELOW; self->n++) {
    {
      unsigned divisor = 2;
      while (divisor * divisor <= self->n && self->n % divisor != 0) divisor++;
      self->found += divisor * divisor > self->n;
    }
    COOP_YIELD(self);
  }
  COOP_END(self);
}

struct beats {
  const struct primes *primes; /* beats until this is done */
  uint32_t next, count, latest;
};

/* Written without the macros, to wait for something that is not a Deferred: the loop in main wakes the task. */
static coop_turn beats_next(coop_task *task, void *state) {
  struct beats *self = state;
  const uint32_t now = board_ticks();
  (void)task;
  if (now >= self->next) {
    self->count++;
    if (now - self->next > self->latest) self->latest = now - self->next;
    self->next += BEAT_TICKS;
  }
  return self->primes->coop_place == COOP_PLACE_END ? COOP_DONE : COOP_WAIT;
}

/* ---- the loop ---- */

static void print_line(const char *before, size_t number, const char *after) {
  board_print(before);
  board_print_number((uint32_t)number);
  board_print(after);
}

int main(void) {
  struct primes primes = {0};
  struct beats beats = {.primes = &primes, .next = BEAT_TICKS};
  const coop_cooperator_options options = {.slice_ms = 1};
  coop_cooperator *cooperator;
  coop_task *beating;
  if (coop_cooperator_create(&host, &options, &cooperator) != COOP_OK) return 1;
  print_line("a cooperator: ", memory_used, " bytes\n");
  const size_t before_tasks = memory_used;
  if (coop_cooperate(cooperator, (coop_iterator){.step = beats_next, .state = &beats}, &beating) != COOP_OK) return 1;
  print_line("a task: ", memory_used - before_tasks, " bytes\n");
  if (coop_cooperate(cooperator, (coop_iterator){.step = primes_next, .state = &primes}, NULL) != COOP_OK) return 1;

  uint32_t seen = 0;
  while (coop_cooperator_first_task(cooperator) != NULL) {
    if (board_ticks() != seen) {
      seen = board_ticks();
      if (seen >= beats.next || primes.coop_place == COOP_PLACE_END) coop_task_wake(beating);
    }
    if (slice_requested) {
      slice_requested = false;
      coop_cooperator_run_slice(cooperator);
    } else {
      board_sleep(seen);
    }
  }

  print_line("primes: ", primes.found, "\n");
  print_line("beats: ", beats.count, "");
  print_line(" in ", board_ticks(), " ms");
  print_line(", none later than ", beats.latest, " ms\n");
  print_line("stack: ", board_stack_used(), " bytes\n");
  coop_task_release(beating);
  coop_cooperator_destroy(cooperator);
  return 0;
}
