/* Two sums whose tasks take turns on one thread. */
#include <cooperator/iterator.h>
#include <cooperator/stdhost.h>
#include <stdio.h>

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
    COOP_YIELD(self); /* the other task has a turn */
  }
  coop_task_set_result(task, &self->total);
  COOP_END(self);
}

int main(void) {
  struct sum sums[] = {{.name = "odd", .at = 1, .end = 9}, {.name = "even", .at = 2, .end = 10}};
  coop_stdhost host;
  coop_cooperator *cooperator;
  coop_task *tasks[2] = {NULL};
  coop_stdhost_init(&host);
  if (coop_cooperator_create(&host.hooks, NULL, &cooperator) != COOP_OK) return 1;
  for (int i = 0; i < 2; i++) {
    const coop_iterator iterator = {.step = sum_next, .state = &sums[i]};
    if (coop_cooperate(cooperator, iterator, &tasks[i]) != COOP_OK) return 1;
  }
  while (coop_stdhost_run_once(&host)) { /* other work of the program goes here, between slices */
  }
  bool right = sums[0].total == 25 && sums[1].total == 30;
  for (int i = 0; i < 2; i++) {
    right = right && coop_task_outcome(tasks[i]).value == &sums[i].total;
    coop_task_release(tasks[i]);
  }
  coop_cooperator_destroy(cooperator);
  coop_stdhost_destroy(&host);
  puts(right ? "25 and 30" : "wrong");
  return right ? 0 : 1;
}
