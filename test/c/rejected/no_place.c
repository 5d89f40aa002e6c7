/* A struct without COOP_ITERATOR. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

struct plain {
  int i;
};

coop_turn next(coop_task *task, void *state) {
#ifdef WRONG
  struct plain *self = state;
#else
  struct state *self = state;
#endif
  (void)task;
  COOP_BEGIN(self);
  COOP_YIELD(self);
  COOP_END(self);
}
