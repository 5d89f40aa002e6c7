/* A yield in the scope of a variable-length array. */
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
  {
#ifdef WRONG
    int numbers[self->i];
    (void)numbers;
#endif
    COOP_YIELD(self);
  }
  COOP_END(self);
}
