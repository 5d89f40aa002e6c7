/* An await inside a switch over an enumeration. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

enum colour { RED, GREEN };

coop_turn next(coop_task *task, void *state) {
  struct state *self = state;
  (void)task;
  COOP_BEGIN(self);
#ifdef WRONG
  switch ((enum colour)self->i) {
    case RED:
      COOP_AWAIT(self, task, 0);
      break;
    case GREEN:
      break;
  }
#endif
  COOP_END(self);
}
