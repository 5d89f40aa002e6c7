/* D3, D5 and coop_deferred_chain (D4): Deferreds that wait for others, a few and very many. */

#include <stdlib.h>

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";
static char three[] = "three";
static char boom[] = "boom";

/* ---- D3: a callback that returns a Deferred ---- */

HOST_TEST(D3_returning_a_fired_deferred_takes_its_result) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(coop_deferred_callback(inner, two));
  OK(on_value(host, outer, "outer", return_deferred, inner));
  watch(host, outer, "then");
  OK(coop_deferred_callback(outer, one));
  EXPECT(host, "outer one, then two");
  watch(host, inner, "inner");
  EXPECT(host, "inner nothing");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D3_returning_an_unfired_deferred_holds_the_chain) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(on_value(host, outer, "outer", return_deferred, inner));
  watch(host, outer, "then");
  OK(coop_deferred_callback(outer, one));
  EXPECT(host, "outer one");
  CHECK(coop_deferred_called(outer));
  CHECK_RESULT(coop_deferred_result(outer), "pending");
  watch(host, inner, "inner");
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "then two, inner nothing");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D3_earlier_callbacks_of_the_inner_deferred_run_first) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(on_value(host, inner, "inner before", return_value, three));
  OK(on_value(host, outer, NULL, return_deferred, inner));
  watch(host, outer, "outer");
  OK(coop_deferred_callback(outer, one));
  OK(on_value(host, inner, "inner after", NULL, NULL));
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "inner before two, outer three, inner after nothing");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D3_D7_a_failure_moves_to_the_outer_deferred_and_is_not_reported_for_the_inner_one) {
  for (int fired_before = 0; fired_before < 2; fired_before++) {
    coop_deferred *inner = new_deferred(host);
    coop_deferred *outer = new_deferred(host);
    OK(on_value(host, outer, NULL, return_deferred, inner));
    if (fired_before) {
      OK(coop_deferred_errback(inner, failure(boom)));
      OK(coop_deferred_callback(outer, one));
    } else {
      OK(coop_deferred_callback(outer, one));
      OK(coop_deferred_errback(inner, failure(boom)));
    }
    CHECK_RESULT(coop_deferred_result(inner), "nothing");
    coop_deferred_release(inner);
    EXPECT_NOTHING(host);
    OK(on_value(host, outer, "not called", NULL, NULL));
    watch(host, outer, "outer");
    EXPECT(host, "outer FAILURE boom");
    coop_deferred_release(outer);
  }
}

HOST_TEST(D3_an_errback_may_return_a_deferred) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(on_failure(host, outer, "errback", return_deferred, inner));
  OK(on_value(host, outer, "callback", NULL, NULL));
  OK(coop_deferred_errback(outer, failure(boom)));
  EXPECT(host, "errback FAILURE boom");
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "callback two");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

HOST_TEST(D3_firing_with_a_deferred_takes_its_result) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *late = new_deferred(host);
  coop_deferred *early = new_deferred(host);
  watch(host, late, "late");
  OK(coop_deferred_fire(late, coop_wait_for(inner)));
  CHECK(coop_deferred_called(late));
  CHECK_STATUS(coop_deferred_callback(late, one), COOP_ALREADY_CALLED);
  EXPECT_NOTHING(host);
  OK(coop_deferred_errback(inner, failure(boom)));
  EXPECT(host, "late FAILURE boom");
  watch(host, early, "early");
  OK(coop_deferred_fire(early, coop_wait_for(inner)));
  EXPECT(host, "early nothing");
  coop_deferred_release(late);
  coop_deferred_release(early);
  coop_deferred_release(inner);
}

HOST_TEST(D3_the_first_of_two_waiters_gets_the_result_and_the_second_NULL) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *first = new_deferred(host);
  coop_deferred *second = new_deferred(host);
  watch(host, first, "first");
  watch(host, second, "second");
  OK(coop_deferred_fire(first, coop_wait_for(inner)));
  OK(coop_deferred_fire(second, coop_wait_for(inner)));
  OK(coop_deferred_callback(inner, one));
  EXPECT(host, "first one, second nothing");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(inner);
}

HOST_TEST(D3_waiting_is_transitive) {
  coop_deferred *first = new_deferred(host);
  coop_deferred *second = new_deferred(host);
  coop_deferred *third = new_deferred(host);
  OK(on_value(host, second, "second", return_deferred, first));
  OK(on_value(host, third, "third", return_deferred, second));
  watch(host, third, "end");
  OK(coop_deferred_callback(second, NULL));
  OK(coop_deferred_callback(third, NULL));
  EXPECT(host, "second nothing, third nothing");
  OK(coop_deferred_callback(first, one));
  EXPECT(host, "end one");
  watch(host, second, "second again");
  EXPECT(host, "second again nothing");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(third);
}

HOST_TEST(D3_the_middle_deferred_continues_before_the_outer_one) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *middle = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(coop_deferred_callback(middle, one));
  OK(on_value(host, middle, "middle first", return_deferred, inner));
  OK(on_value(host, middle, "middle second", return_value, three));
  OK(on_value(host, outer, "outer", return_deferred, middle));
  watch(host, outer, "end");
  OK(coop_deferred_callback(outer, two));
  EXPECT(host, "middle first one, outer two");
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "middle second two, end three");
  coop_deferred_release(outer);
  coop_deferred_release(middle);
  coop_deferred_release(inner);
}

HOST_TEST(D3_the_outer_deferred_waits_for_a_paused_inner_one) {
  for (int fired_before = 0; fired_before < 2; fired_before++) {
    coop_deferred *inner = new_deferred(host);
    coop_deferred *outer = new_deferred(host);
    OK(coop_deferred_pause(inner));
    if (fired_before) {
      OK(coop_deferred_callback(inner, two));
    }
    OK(on_value(host, outer, NULL, return_deferred, inner));
    watch(host, outer, "outer");
    OK(coop_deferred_callback(outer, one));
    if (!fired_before) {
      OK(coop_deferred_callback(inner, two));
    }
    EXPECT_NOTHING(host);
    OK(coop_deferred_unpause(inner));
    EXPECT(host, "outer two");
    coop_deferred_release(outer);
    coop_deferred_release(inner);
  }
}

HOST_TEST(D4_a_paused_outer_deferred_does_not_hold_the_inner_one) {
  coop_deferred *first = new_deferred(host);
  coop_deferred *second = new_deferred(host);
  OK(on_value(host, first, NULL, return_deferred, second));
  watch(host, first, "first");
  OK(coop_deferred_callback(first, NULL));
  OK(coop_deferred_pause(first));
  OK(coop_deferred_callback(second, two));
  watch(host, second, "second");
  EXPECT(host, "second nothing");
  OK(coop_deferred_unpause(first));
  EXPECT(host, "first two");
  coop_deferred_release(first);
  coop_deferred_release(second);
}

static coop_result fire_and_return_data(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  OK(coop_deferred_callback(data, two));
  return coop_wait_for(data);
}

HOST_TEST(D3_D6_a_callback_may_fire_the_deferred_that_it_returns) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(on_value(host, inner, "inner", NULL, NULL));
  OK(on_value(host, outer, NULL, fire_and_return_data, inner));
  watch(host, outer, "outer");
  OK(coop_deferred_callback(outer, one));
  EXPECT(host, "inner two, outer two");
  coop_deferred_release(outer);
  coop_deferred_release(inner);
}

static coop_result return_new_deferred(fake_host *host, void *data, coop_result result) {
  (void)result;
  coop_deferred **fresh = data;
  *fresh = new_deferred(host);
  return coop_wait_for(*fresh);
}

HOST_TEST(D3_the_inner_deferred_keeps_the_outer_one_alive) {
  coop_deferred *inner = NULL;
  coop_deferred *outer = new_deferred(host);
  OK(on_value(host, outer, NULL, return_new_deferred, &inner));
  watch(host, outer, "outer");
  OK(coop_deferred_callback(outer, one));
  coop_deferred_release(outer);
  EXPECT_NOTHING(host);
  OK(coop_deferred_callback(inner, two));
  EXPECT(host, "outer two");
  coop_deferred_release(inner);
}

HOST_TEST(D3_an_inner_deferred_that_is_destroyed_releases_everything_behind_it) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *middle = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  OK(coop_deferred_fire(middle, coop_wait_for(inner)));
  OK(coop_deferred_fire(outer, coop_wait_for(middle)));
  watch(host, outer, "never");
  coop_deferred_release(outer);
  coop_deferred_release(middle);
  CHECK(host->blocks >= 3);
  coop_deferred_release(inner);
  CHECK_EQUAL(host->blocks, 0);
}

HOST_TEST(D3_the_outer_deferred_survives_an_inner_one_that_is_destroyed) {
  coop_deferred *inner = new_deferred(host);
  coop_deferred *outer = new_deferred(host);
  watch(host, outer, "outer");
  OK(coop_deferred_fire(outer, coop_wait_for(inner)));
  coop_deferred_release(inner);
  EXPECT_NOTHING(host);
  CHECK_STATUS(coop_deferred_callback(outer, one), COOP_ALREADY_CALLED);
  OK(coop_deferred_cancel(outer));
  EXPECT(host, "outer CANCELLED");
  coop_deferred_release(outer);
}

HOST_TEST(D3_waiting_for_NULL_fails) {
  coop_deferred *d = new_deferred(host);
  OK(on_value(host, d, NULL, return_deferred, NULL));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "end INVALID_ARGUMENT");
  coop_deferred_release(d);
}

/* ---- D3: circles ---- */

HOST_TEST(D3_a_callback_that_returns_its_own_deferred_fails) {
  coop_deferred *d = new_deferred(host);
  OK(on_value(host, d, NULL, return_deferred, d));
  watch(host, d, "end");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "end CIRCULAR");
  coop_deferred_release(d);
}

HOST_TEST(D3_the_last_callback_that_returns_its_own_deferred_fails) {
  coop_deferred *d = new_deferred(host);
  OK(on_value(host, d, NULL, return_deferred, d));
  OK(coop_deferred_callback(d, one));
  CHECK_RESULT(coop_deferred_result(d), "CIRCULAR");
  coop_deferred_release(d);
  EXPECT(host, "unhandled CIRCULAR");
}

HOST_TEST(D3_firing_a_deferred_with_itself_fails_it) {
  for (int watched = 0; watched < 2; watched++) {
    coop_deferred *d = new_deferred(host);
    if (watched) {
      OK(on_value(host, d, "callback", NULL, NULL));
    }
    OK(coop_deferred_fire(d, coop_wait_for(d)));
    CHECK(coop_deferred_called(d));
    CHECK_RESULT(coop_deferred_result(d), "CIRCULAR");
    watch(host, d, "end");
    EXPECT(host, "end CIRCULAR");
    coop_deferred_release(d);
  }
}

HOST_TEST(D3_a_circle_of_two_fails_at_the_link_that_closes_it) {
  coop_deferred *a = new_deferred(host);
  coop_deferred *b = new_deferred(host);
  OK(on_failure(host, b, "b", NULL, NULL));
  OK(coop_deferred_fire(a, coop_wait_for(b)));
  watch(host, a, "a");
  OK(coop_deferred_fire(b, coop_wait_for(a)));
  /* b fails, and a, which waits for b, takes that failure. */
  EXPECT(host, "b CIRCULAR, a CIRCULAR");
  watch(host, b, "b then");
  EXPECT(host, "b then nothing");
  coop_deferred_release(a);
  coop_deferred_release(b);
}

HOST_TEST(D3_a_circle_through_callbacks_fails) {
  coop_deferred *a = new_deferred(host);
  coop_deferred *b = new_deferred(host);
  OK(on_value(host, a, "a", return_deferred, b));
  OK(on_value(host, b, "b", return_deferred, a));
  watch(host, a, "a end");
  OK(coop_deferred_callback(a, one));
  EXPECT(host, "a one");
  OK(coop_deferred_callback(b, two));
  EXPECT(host, "b two, a end CIRCULAR");
  coop_deferred_release(a);
  coop_deferred_release(b);
}

HOST_TEST(D3_a_circle_is_found_among_many_waiters) {
  enum { BESIDE = 20 };
  for (int depth = 1; depth <= 5; depth++) {
    coop_deferred *ring[6];
    coop_deferred *beside[BESIDE];
    for (int i = 0; i <= depth; i++) {
      ring[i] = new_deferred(host);
    }
    for (int i = 0; i < BESIDE; i++) {
      beside[i] = new_deferred(host);
      OK(coop_deferred_fire(beside[i], coop_wait_for(i < BESIDE / 2 || i == BESIDE - 1 ? ring[depth] : beside[i - 1])));
    }
    for (int i = 0; i < depth; i++) {
      OK(coop_deferred_fire(ring[i], coop_wait_for(ring[i + 1])));
    }
    OK(coop_deferred_fire(ring[depth], coop_wait_for(ring[0])));
    CHECK_RESULT(coop_deferred_result(ring[depth]), "nothing");
    CHECK_RESULT(coop_deferred_result(beside[0]), "CIRCULAR");
    watch(host, beside[0], "beside");
    EXPECT(host, "beside CIRCULAR");
    for (int i = 0; i <= depth; i++) {
      coop_deferred_release(ring[i]);
    }
    for (int i = 0; i < BESIDE; i++) {
      coop_deferred_release(beside[i]);
    }
  }
}

HOST_TEST(D3_a_circle_is_found_behind_waiters_for_which_nobody_waits) {
  /* Each waits for the one in front of it. `leaves` wait for the first and for the third, before the ring goes on. */
  enum { RING = 8, LEAVES = 2 };
  for (int places = 1; places < 4; places++) {
    coop_deferred *ring[RING], *leaves[LEAVES];
    for (int i = 0; i < RING; i++) ring[i] = new_deferred(host);
    for (int i = 0; i < LEAVES; i++) {
      leaves[i] = new_deferred(host);
      if ((places >> i & 1) != 0) OK(coop_deferred_fire(leaves[i], coop_wait_for(ring[2 * i])));
    }
    for (int i = 1; i < RING; i++) OK(coop_deferred_fire(ring[i], coop_wait_for(ring[i - 1])));
    OK(coop_deferred_fire(ring[0], coop_wait_for(ring[RING - 1])));
    for (int i = 0; i < LEAVES; i++) {
      if ((places >> i & 1) != 0) watch(host, leaves[i], "leaf");
      coop_deferred_release(leaves[i]);
    }
    /* The first that waits takes the failure. */
    EXPECT(host, places == 3 ? "leaf CIRCULAR, leaf nothing" : "leaf CIRCULAR");
    for (int i = 0; i < RING; i++) coop_deferred_release(ring[i]);
    host_forget(host);
  }
}

/* Deferreds that wait for one, those that wait for these, and so on: a tree whose branches all have the same length. */
static void make_tree(fake_host *host, coop_deferred *root, int depth, coop_deferred **last) {
  for (int i = 0; i < 2; i++) {
    coop_deferred *branch = *last = new_deferred(host);
    OK(coop_deferred_fire(branch, coop_wait_for(root)));
    if (depth > 1) make_tree(host, branch, depth - 1, last);
    coop_deferred_release(branch);
  }
}

HOST_TEST(D3_a_circle_is_found_through_the_last_branch_of_a_tree) {
  for (int depth = 1; depth <= 5; depth++) {
    coop_deferred *root = new_deferred(host);
    coop_deferred *last = NULL;
    make_tree(host, root, depth, &last);
    /* The longest way up, so that the walk down from the root passes leaves before it ends. */
    coop_deferred *chain[20];
    for (int i = 0; i < 20; i++) {
      chain[i] = new_deferred(host);
      OK(coop_deferred_fire(chain[i], coop_wait_for(i == 0 ? last : chain[i - 1])));
    }
    OK(coop_deferred_fire(root, coop_wait_for(chain[19])));
    CHECK_RESULT(coop_deferred_result(root), "nothing"); /* a waiter has taken the failure */
    for (int i = 0; i < 20; i++) coop_deferred_release(chain[i]);
    coop_deferred_release(root);
    EXPECT(host, "unhandled CIRCULAR");
  }
}

HOST_TEST(D3_two_waiters_of_one_deferred_are_no_circle) {
  coop_deferred *root = new_deferred(host);
  coop_deferred *a = new_deferred(host);
  coop_deferred *b = new_deferred(host);
  coop_deferred *top = new_deferred(host);
  OK(coop_deferred_fire(a, coop_wait_for(root)));
  OK(coop_deferred_fire(b, coop_wait_for(root)));
  OK(on_value(host, top, "top", return_deferred, a));
  OK(on_value(host, top, "top then", return_deferred, b));
  watch(host, top, "end");
  OK(coop_deferred_callback(top, three));
  EXPECT(host, "top three");
  OK(coop_deferred_callback(root, one));
  EXPECT(host, "top then one, end nothing");
  coop_deferred_release(root);
  coop_deferred_release(a);
  coop_deferred_release(b);
  coop_deferred_release(top);
}

HOST_TEST(D3_a_deferred_may_wait_for_one_that_waited_for_it_before) {
  coop_deferred *a = new_deferred(host);
  coop_deferred *b = new_deferred(host);
  OK(on_value(host, a, "a", return_deferred, b));
  OK(coop_deferred_fire(b, coop_wait_for(a)));
  /* b waits for a. The callback of a would close the circle, so a fails, and b takes that failure. */
  OK(coop_deferred_callback(a, one));
  EXPECT(host, "a one");
  CHECK_RESULT(coop_deferred_result(b), "CIRCULAR");
  OK(on_failure(host, b, NULL, return_value, two));
  /* Now both are settled: either may take the result of the other. */
  OK(on_value(host, a, "a again", return_deferred, b));
  CHECK_RESULT(coop_deferred_result(a), "two");
  CHECK_RESULT(coop_deferred_result(b), "nothing");
  EXPECT(host, "a again nothing");
  coop_deferred_release(a);
  coop_deferred_release(b);
}

/* ---- D4: chain ---- */

HOST_TEST(D4_chain_passes_the_result_on_and_continues_with_NULL) {
  for (int fails = 0; fails < 2; fails++) {
    coop_deferred *d = new_deferred(host);
    coop_deferred *target = new_deferred(host);
    OK(coop_deferred_chain(d, target));
    watch(host, d, "chain");
    watch(host, target, "target");
    OK(fails ? coop_deferred_errback(d, failure(boom)) : coop_deferred_callback(d, one));
    EXPECT(host, fails ? "target FAILURE boom, chain nothing" : "target one, chain nothing");
    coop_deferred_release(d);
    coop_deferred_release(target);
  }
}

HOST_TEST(D4_chain_on_a_fired_deferred_passes_the_result_on_at_once) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  watch(host, target, "target");
  OK(coop_deferred_callback(d, one));
  OK(coop_deferred_chain(d, target));
  EXPECT(host, "target one");
  coop_deferred_release(d);
  coop_deferred_release(target);
}

HOST_TEST(D4_chain_to_a_fired_target_continues_with_ALREADY_CALLED) {
  host_watch_release(host);
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_callback(target, two));
  OK(coop_deferred_chain(d, target));
  watch(host, d, "chain");
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "release one, chain ALREADY_CALLED");
  CHECK_RESULT(coop_deferred_result(target), "two");
  coop_deferred_release(d);
  coop_deferred_release(target);
  EXPECT(host, "release two");
}

HOST_TEST(D4_D2_chain_to_a_cancelled_target_is_ignored_once) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *again = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_chain(d, target));
  OK(coop_deferred_chain(again, target));
  watch(host, target, "target");
  OK(coop_deferred_cancel(target));
  EXPECT(host, "target CANCELLED");
  watch(host, d, "chain");
  watch(host, again, "again");
  OK(coop_deferred_callback(d, one));
  OK(coop_deferred_callback(again, one));
  EXPECT(host, "chain nothing, again ALREADY_CALLED");
  coop_deferred_release(d);
  coop_deferred_release(again);
  coop_deferred_release(target);
}

HOST_TEST(D4_chain_keeps_its_target_alive) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_chain(d, target));
  watch(host, target, "target");
  coop_deferred_release(target);
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "target one");
  coop_deferred_release(d);
}

HOST_TEST(D4_D7_a_failure_that_was_passed_on_is_reported_for_the_target) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_chain(d, target));
  OK(coop_deferred_errback(d, failure(boom)));
  coop_deferred_release(d);
  EXPECT_NOTHING(host);
  coop_deferred_release(target);
  EXPECT(host, "unhandled FAILURE boom");
}

HOST_TEST(D4_chain_to_a_paused_target_does_not_hold_the_chain) {
  coop_deferred *d = new_deferred(host);
  coop_deferred *target = new_deferred(host);
  OK(coop_deferred_chain(d, target));
  watch(host, d, "chain");
  watch(host, target, "target");
  OK(coop_deferred_pause(target));
  OK(coop_deferred_callback(d, one));
  EXPECT(host, "chain nothing");
  OK(coop_deferred_unpause(target));
  EXPECT(host, "target one");
  coop_deferred_release(d);
  coop_deferred_release(target);
}

/* ---- D5 ---- */

enum { MANY = 100000 };

/* Which of MANY Deferreds comes at place `at`. Each order is a permutation. */
typedef size_t (*order_fn)(size_t at);

static size_t forward(size_t at) { return at; }

static size_t backward(size_t at) { return MANY - 1 - at; }

/* From both ends towards the middle. */
static size_t ends_first(size_t at) { return at % 2 ? MANY - 1 - at / 2 : at / 2; }

/* Neighbours swapped: 1 0 3 2 5 4 ... */
static size_t zipper(size_t at) { return at ^ 1; }

/* The even ones forwards, then the odd ones backwards. */
static size_t combed(size_t at) { return at < MANY / 2 ? 2 * at : 2 * (MANY - 1 - at) + 1; }

/* A pseudo-random permutation: the factor is coprime to MANY. */
static size_t scattered(size_t at) { return (size_t)(((uint64_t)at * 61819 + 7) % MANY); }

static const order_fn orders[] = {forward, backward, ends_first, zipper, combed, scattered};
enum { ORDERS = sizeof orders / sizeof orders[0] };

static coop_deferred **many_deferreds(fake_host *host, size_t count) {
  coop_deferred **all = malloc(count * sizeof *all);
  for (size_t i = 0; i < count; i++) {
    all[i] = new_deferred(host);
  }
  return all;
}

static void release_many(coop_deferred **all, size_t count) {
  for (size_t i = 0; i < count; i++) {
    coop_deferred_release(all[i]);
  }
  free(all);
}

static coop_result return_context(void *context, coop_result result) {
  (void)result;
  return coop_wait_for(context);
}

TEST(D5_the_orders_of_these_tests_are_permutations) {
  for (size_t o = 0; o < ORDERS; o++) {
    char *seen = calloc(MANY, 1);
    for (size_t at = 0; at < MANY; at++) {
      size_t i = orders[o](at);
      CHECK(i < MANY && !seen[i]++);
    }
    free(seen);
  }
}

HOST_TEST(D5_many_waiting_deferreds_resolve_in_every_order_of_linking) {
  for (size_t o = 0; o < ORDERS; o++) {
    coop_deferred **all = many_deferreds(host, MANY + 1);
    for (size_t at = 0; at < MANY; at++) {
      size_t i = orders[o](at);
      OK(coop_deferred_fire(all[i], coop_wait_for(all[i + 1])));
    }
    watch(host, all[0], "end");
    EXPECT_NOTHING(host);
    OK(coop_deferred_callback(all[MANY], one));
    EXPECT(host, "end one");
    release_many(all, MANY + 1);
  }
}

HOST_TEST(D5_many_waiting_deferreds_resolve_in_every_order_of_firing) {
  for (size_t o = 0; o < ORDERS; o++) {
    coop_deferred **all = many_deferreds(host, MANY + 1);
    for (size_t i = 0; i < MANY; i++) {
      OK(coop_deferred_add_callbacks(all[i], &(coop_callbacks){.callback = return_context, .context = all[i + 1]}));
    }
    watch(host, all[0], "end");
    OK(coop_deferred_callback(all[MANY], one));
    for (size_t at = 0; at < MANY; at++) {
      EXPECT_NOTHING(host);
      OK(coop_deferred_callback(all[orders[o](at)], NULL));
    }
    /* The value arrives when the last of them has fired. */
    EXPECT(host, "end one");
    release_many(all, MANY + 1);
  }
}

HOST_TEST(D5_a_failure_passes_through_a_long_chain_and_is_reported_once) {
  coop_deferred **all = many_deferreds(host, MANY + 1);
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_deferred_fire(all[i], coop_wait_for(all[i + 1])));
  }
  OK(coop_deferred_errback(all[MANY], failure(boom)));
  CHECK_RESULT(coop_deferred_result(all[0]), "FAILURE boom");
  release_many(all, MANY + 1);
  EXPECT(host, "unhandled FAILURE boom");
}

HOST_TEST(D5_many_chained_deferreds_resolve_in_every_order_of_chaining) {
  for (size_t o = 0; o < ORDERS; o++) {
    coop_deferred **all = many_deferreds(host, MANY + 1);
    for (size_t at = 0; at < MANY; at++) {
      size_t i = orders[o](at);
      OK(coop_deferred_chain(all[i], all[i + 1]));
    }
    watch(host, all[MANY], "end");
    OK(coop_deferred_callback(all[0], one));
    EXPECT(host, "end one");
    release_many(all, MANY + 1);
  }
}

HOST_TEST(D5_many_deferreds_can_be_chained_after_firing) {
  coop_deferred **all = many_deferreds(host, MANY + 1);
  OK(coop_deferred_callback(all[0], one));
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_deferred_chain(all[i], all[i + 1]));
  }
  CHECK_RESULT(coop_deferred_result(all[MANY]), "one");
  release_many(all, MANY + 1);
}

HOST_TEST(D5_many_deferreds_can_wait_for_one) {
  coop_deferred **all = many_deferreds(host, MANY);
  coop_deferred *root = new_deferred(host);
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_deferred_fire(all[i], coop_wait_for(root)));
  }
  OK(coop_deferred_callback(root, one));
  CHECK_RESULT(coop_deferred_result(all[0]), "one");
  CHECK_RESULT(coop_deferred_result(all[MANY - 1]), "nothing");
  coop_deferred_release(root);
  release_many(all, MANY);
}

HOST_TEST(D5_a_chain_can_have_many_callbacks) {
  coop_deferred *d = new_deferred(host);
  for (size_t i = 0; i < MANY; i++) {
    OK(on_value(host, d, NULL, return_value, one));
  }
  OK(coop_deferred_callback(d, two));
  CHECK_EQUAL(host->contexts, 0);
  CHECK_RESULT(coop_deferred_result(d), "one");
  coop_deferred_release(d);
}

HOST_TEST(D5_a_deferred_can_wait_many_times) {
  coop_deferred **all = many_deferreds(host, MANY);
  coop_deferred *d = new_deferred(host);
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_deferred_add_callbacks(d, &(coop_callbacks){.callback = return_context, .context = all[i]}));
  }
  watch(host, d, "end");
  OK(coop_deferred_callback(d, NULL));
  for (size_t at = 0; at < MANY; at++) {
    EXPECT_NOTHING(host);
    size_t i = at + 1 < MANY ? scattered(at) : scattered(MANY - 1);
    OK(coop_deferred_callback(all[i], one));
  }
  EXPECT(host, "end one");
  coop_deferred_release(d);
  release_many(all, MANY);
}

HOST_TEST(D5_D3_a_circle_of_many_fails) {
  for (size_t o = 0; o < ORDERS; o++) {
    coop_deferred **all = many_deferreds(host, MANY);
    size_t last = orders[o](MANY - 1);
    for (size_t at = 0; at + 1 < MANY; at++) {
      size_t i = orders[o](at);
      OK(coop_deferred_fire(all[i], coop_wait_for(all[(i + 1) % MANY])));
    }
    /* The one that closes the circle fails, and all others, which wait for it, take that failure. */
    watch(host, all[(last + 1) % MANY], "end");
    OK(coop_deferred_fire(all[last], coop_wait_for(all[(last + 1) % MANY])));
    EXPECT(host, "end CIRCULAR");
    release_many(all, MANY);
  }
}

HOST_TEST(D5_D4_cancel_reaches_the_end_of_a_long_chain) {
  coop_deferred **all = many_deferreds(host, MANY + 1);
  for (size_t at = 0; at < MANY; at++) {
    size_t i = scattered(at);
    OK(coop_deferred_fire(all[i], coop_wait_for(all[i + 1])));
  }
  watch(host, all[0], "end");
  OK(coop_deferred_cancel(all[0]));
  EXPECT(host, "end CANCELLED");
  CHECK(coop_deferred_called(all[MANY]));
  OK(coop_deferred_callback(all[MANY], NULL));
  CHECK_STATUS(coop_deferred_callback(all[MANY], NULL), COOP_ALREADY_CALLED);
  release_many(all, MANY + 1);
}

HOST_TEST(D5_a_long_chain_can_be_released_unfired) {
  for (int chained = 0; chained < 2; chained++) {
    for (size_t o = 0; o < ORDERS; o++) {
      coop_deferred **all = many_deferreds(host, MANY + 1);
      for (size_t at = 0; at < MANY; at++) {
        size_t i = orders[o](at);
        /* Either way the last one keeps all others alive. */
        OK(chained ? coop_deferred_chain(all[i + 1], all[i]) : coop_deferred_fire(all[i], coop_wait_for(all[i + 1])));
      }
      for (size_t i = 0; i < MANY; i++) {
        coop_deferred_release(all[i]);
      }
      CHECK(host->blocks > MANY);
      coop_deferred_release(all[MANY]);
      CHECK_EQUAL(host->blocks, 0);
      free(all);
    }
  }
}

static coop_result note_depth(fake_host *host, void *data, coop_result result) {
  (void)host;
  volatile char here = 0;
  *(size_t *)data = (size_t)&here;
  return result;
}

static size_t depth_through(fake_host *host, size_t count) {
  size_t depth = 0;
  coop_deferred **all = many_deferreds(host, count + 1);
  for (size_t i = 0; i < count; i++) {
    OK(coop_deferred_fire(all[i], coop_wait_for(all[i + 1])));
  }
  OK(on_value(host, all[0], NULL, note_depth, &depth));
  CHECK_EQUAL(depth, 0);
  OK(coop_deferred_callback(all[count], NULL));
  CHECK(depth != 0);
  release_many(all, count + 1);
  return depth;
}

HOST_TEST(D5_the_stack_does_not_grow_with_the_chain) {
  static const size_t counts[] = {1, 2, 1000};
  size_t depths[3];
  for (size_t i = 0; i < 3; i++) {
    depths[i] = depth_through(host, counts[i]);
  }
  CHECK_EQUAL(depths[1], depths[0]);
  CHECK_EQUAL(depths[2], depths[0]);
}
