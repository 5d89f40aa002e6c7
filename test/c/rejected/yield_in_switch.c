/* A yield inside a switch of the author. */
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
#ifdef WRONG
  switch (self->i) {
    case 1:
      COOP_YIELD(self);
  }
#endif
  COOP_END(self);
}
