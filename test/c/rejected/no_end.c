/* COOP_BEGIN without COOP_END. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

coop_turn next(coop_task *task, void *state) {
  struct state *self = state;
  (void)task;
  COOP_BEGIN(self);
  COOP_YIELD(self);
#ifndef WRONG
  COOP_END(self);
#endif
}
