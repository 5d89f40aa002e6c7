/* A delegate of the wrong type. */
#include <cooperator/iterator.h>

struct state {
  COOP_ITERATOR;
  int i;
};

coop_turn next(coop_task *task, void *state);

static coop_turn inner(void *state) {
  (void)state;
  return COOP_DONE;
}

static coop_turn inner_step(coop_task *task, void *state) {
  (void)task;
  return inner(state);
}

coop_turn next(coop_task *task, void *state) {
  struct state *self = state;
  COOP_BEGIN(self);
  COOP_DELEGATE(self, task, inner_step, &self->i);
#ifdef WRONG
  COOP_DELEGATE(self, task, inner, &self->i);
#endif
  COOP_END(self);
}
