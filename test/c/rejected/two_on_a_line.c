/* Two yields on one line. */
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
  // clang-format off
  COOP_YIELD(self); COOP_YIELD(self);
  // clang-format on
#endif
  COOP_END(self);
}
