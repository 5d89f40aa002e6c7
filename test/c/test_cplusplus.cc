/* The headers in C++: iterators, tasks, Deferreds and the ready-made host. Compiled as C++17 and as C++20. */

#include <cooperator/iterator.h>
#include <cooperator/status.h>
#include <cooperator/stdhost.h>
#include <cooperator/wasm.h>

#include <string>
#include <vector>

#include "check.h"

namespace {

/* Frees what a test creates, in the right order. */
class Loop {
 public:
  Loop() {
    coop_stdhost_init(&host_);
    CHECK(coop_cooperator_create(&host_.hooks, nullptr, &cooperator_) == COOP_OK);
  }
  ~Loop() {
    coop_cooperator_destroy(cooperator_);
    coop_stdhost_destroy(&host_);
  }
  Loop(const Loop &) = delete;
  Loop &operator=(const Loop &) = delete;

  coop_task *add(coop_step_fn step, void *state) {
    coop_iterator iterator = {};
    iterator.step = step;
    iterator.state = state;
    coop_task *task = nullptr;
    CHECK(coop_cooperate(cooperator_, iterator, &task) == COOP_OK);
    return task;
  }

  coop_deferred *deferred() {
    coop_deferred *created = nullptr;
    CHECK(coop_deferred_create(&host_.hooks, nullptr, nullptr, &created) == COOP_OK);
    return created;
  }

  void run() { coop_stdhost_run(&host_); }

 private:
  coop_stdhost host_;
  coop_cooperator *cooperator_ = nullptr;
};

struct Squares {
  COOP_ITERATOR;
  int n;
  std::vector<int> *to;
};

coop_turn squares_next(coop_task *, void *state) {
  Squares *self = static_cast<Squares *>(state);
  COOP_BEGIN(self);
  for (self->n = 1; self->n <= 3; self->n++) {
    {
      const int square = self->n * self->n; /* in a block of its own, which the yield is not in */
      self->to->push_back(square);
    }
    COOP_YIELD(self);
  }
  COOP_END(self);
}

struct Waiting {
  COOP_ITERATOR;
  coop_deferred *deferred;
  Squares squares;
  std::string got;
};

coop_turn waiting_next(coop_task *task, void *state) {
  Waiting *self = static_cast<Waiting *>(state);
  COOP_BEGIN(self);
  COOP_AWAIT(self, task, self->deferred);
  self->got = static_cast<const char *>(coop_task_awaited(task).value);
  COOP_DELEGATE(self, task, squares_next, &self->squares);
  coop_task_set_result(task, &self->got);
  COOP_END(self);
}

coop_turn misplaced_next(coop_task *, void *state) {
  Squares *self = static_cast<Squares *>(state);
  COOP_BEGIN(self);
  COOP_YIELD(self);
  COOP_END(self);
}

} // namespace

TEST(an_iterator_yields_in_cplusplus) {
  Loop loop;
  std::vector<int> found;
  Squares squares = {};
  squares.to = &found;
  coop_task *task = loop.add(squares_next, &squares);
  loop.run();
  CHECK(found == std::vector<int>({1, 4, 9}));
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_DONE);
  coop_task_release(task);
}

TEST(an_iterator_awaits_and_delegates_in_cplusplus) {
  Loop loop;
  std::vector<int> found;
  char text[] = "text";
  Waiting waiting = {};
  waiting.deferred = loop.deferred();
  waiting.squares.to = &found;
  coop_task *task = loop.add(waiting_next, &waiting);
  loop.run();
  CHECK_EQUAL(coop_task_state(task), COOP_STATE_WAITING);
  CHECK(coop_deferred_callback(waiting.deferred, text) == COOP_OK);
  loop.run();
  CHECK(waiting.got == "text" && found.size() == 3);
  CHECK(coop_task_outcome(task).value == &waiting.got);
  coop_task_release(task);
  coop_deferred_release(waiting.deferred);
}

TEST(awaiting_null_fails_the_task_in_cplusplus) {
  Loop loop;
  Waiting waiting = {};
  coop_task *task = loop.add(waiting_next, &waiting);
  loop.run();
  CHECK_EQUAL(coop_task_outcome(task).status, COOP_INVALID_ARGUMENT);
  coop_task_handle_failure(task);
  coop_task_release(task);
}

TEST(an_iterator_that_was_not_zero_fails_its_task_in_cplusplus) {
  Loop loop;
  Squares squares = {};
  squares.coop_place = 12345;
  coop_task *task = loop.add(misplaced_next, &squares);
  loop.run();
  CHECK_EQUAL(coop_task_outcome(task).status, COOP_INVALID_ARGUMENT);
  coop_task_handle_failure(task);
  coop_task_release(task);
}

TEST(a_callback_chain_runs_in_cplusplus) {
  Loop loop;
  std::string seen;
  coop_callbacks callbacks = {};
  callbacks.context = &seen;
  callbacks.callback = [](void *context, coop_result result) -> coop_result {
    *static_cast<std::string *>(context) += static_cast<const char *>(result.value);
    return coop_result{COOP_OK, nullptr};
  };
  coop_deferred *deferred = loop.deferred();
  char text[] = "text";
  CHECK(coop_deferred_add_callbacks(deferred, &callbacks) == COOP_OK);
  CHECK(coop_deferred_callback(deferred, text) == COOP_OK);
  CHECK(seen == "text");
  CHECK_TEXT(coop_status_name(coop_deferred_result(deferred).status), "OK");
  coop_deferred_release(deferred);
}
