/* A yield in another function than COOP_BEGIN. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

static inline coop_turn helper(struct state *self) {
#ifdef WRONG
  COOP_YIELD(self);
#endif
  self->i++;
  return COOP_MORE;
}

coop_turn next(coop_task *task, void *state) {
  struct state *self = state;
  (void)task;
  COOP_BEGIN(self);
  (void)helper(self);
  COOP_YIELD(self);
  COOP_END(self);
}
