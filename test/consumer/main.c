/* Two sums that take turns on one thread, in a loop that belongs to this program. */
#include <cooperator/cooperator.h>
#include <cooperator/iterator.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct sum {
  COOP_ITERATOR;
  const char *name;
  int at, end;
  long total;
};

static coop_turn sum_next(coop_task *task, void *state) {
  struct sum *self = state;
  COOP_BEGIN(self);
  for (; self->at <= self->end; self->at += 2) {
    self->total += self->at;
    printf("%s: + %d = %ld\n", self->name, self->at, self->total);
    COOP_YIELD(self); /* and now the other one */
  }
  coop_task_set_result(task, &self->total);
  COOP_END(self);
}

/* What the library asks of us: memory, the time, and a call when there is work to do. */
static void *allocate(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context, (void)size;
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  *(coop_cooperator **)context = cooperator;
  return COOP_OK;
}

int main(void) {
  coop_cooperator *pending = NULL, *cooperator;
  coop_host host = {&pending, .allocate = allocate, .free = free_block, .now_ms = now_ms, .schedule = schedule};
  struct sum sums[] = {{.name = "odd", .at = 1, .end = 9}, {.name = "even", .at = 2, .end = 10}};
  coop_task *tasks[2] = {NULL};
  if (coop_cooperator_create(&host, NULL, &cooperator) != COOP_OK) return 1;
  for (int i = 0; i < 2; i++) (void)coop_cooperate(cooperator, (coop_iterator){sum_next, &sums[i], NULL, 1}, &tasks[i]);
  for (coop_cooperator *next; (next = pending) != NULL; coop_cooperator_run_slice(next))
    pending = NULL; /* the loop: here a program's other work would have its turn */
  bool right = sums[0].total == 25 && sums[1].total == 30;
  for (int i = 0; i < 2; i++) {
    right = right && coop_task_outcome(tasks[i]).value == &sums[i].total;
    coop_task_release(tasks[i]);
  }
  coop_cooperator_destroy(cooperator);
  puts(right ? "25 and 30" : "wrong");
  return right ? 0 : 1;
}
