/* Two places on one line. */
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
#ifdef WRONG
  COOP_YIELD(self);
  COOP_YIELD(self);
#endif
  COOP_END(self);
}
