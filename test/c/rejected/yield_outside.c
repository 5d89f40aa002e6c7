/* A yield outside of COOP_BEGIN and COOP_END. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

coop_turn next(coop_task *task, void *state) {
  struct state *self = state;
  (void)task;
#ifdef WRONG
  COOP_YIELD(self);
#endif
  COOP_BEGIN(self);
  COOP_END(self);
}
