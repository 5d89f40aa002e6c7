/* Semaphores and queues: src/sync.c. */

#include <cooperator/sync.h>

#include "fake_host.h"

enum { MANY = 50000 };

static char a[] = "a";
static char b[] = "b";
static char c[] = "c";
static char d[] = "d";

/* ---- semaphores ---- */

static coop_semaphore *new_semaphore(fake_host *host, size_t limit) {
  coop_semaphore *semaphore = NULL;
  OK(coop_semaphore_create(&host->hooks, limit, &semaphore));
  return semaphore;
}

/** Asks for a permit, and logs when it comes. */
static coop_deferred *acquire(fake_host *host, coop_semaphore *semaphore, const char *label) {
  coop_deferred *permit = NULL;
  if (OK(coop_semaphore_acquire(semaphore, &permit))) watch(host, permit, label);
  return permit;
}

HOST_TEST(a_semaphore_lets_in_as_many_as_its_limit_first_come_first_served) {
  coop_semaphore *semaphore = new_semaphore(host, 2);
  coop_deferred *permits[5];
  const char *labels[] = {"1", "2", "3", "4", "5"};
  for (int i = 0; i < 5; i++) permits[i] = acquire(host, semaphore, labels[i]);
  EXPECT(host, "1 nothing, 2 nothing");
  CHECK_EQUAL(coop_semaphore_limit(semaphore), 2);
  CHECK_EQUAL(coop_semaphore_active(semaphore), 2);
  CHECK_EQUAL(coop_semaphore_waiting(semaphore), 3);
  for (int i = 0; i < 5; i++) {
    OK(coop_semaphore_release(semaphore, &permits[(i + 1) % 5]));
    CHECK(permits[(i + 1) % 5] == NULL);
  }
  EXPECT(host, "3 nothing, 4 nothing, 5 nothing");
  CHECK_EQUAL(coop_semaphore_active(semaphore), 0);
  CHECK_EQUAL(coop_semaphore_waiting(semaphore), 0);
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(a_release_without_a_permit_is_an_error) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *permit = acquire(host, semaphore, "1");
  OK(coop_semaphore_release(semaphore, &permit));
  CHECK_STATUS(coop_semaphore_release(semaphore, &permit), COOP_INVALID_ARGUMENT);
  CHECK_EQUAL(coop_semaphore_active(semaphore), 0);
  host_forget(host);
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(a_cancelled_acquire_leaves_the_line_and_gives_nothing_back) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *permits[4];
  const char *labels[] = {"1", "2", "3", "4"};
  for (int i = 0; i < 4; i++) permits[i] = acquire(host, semaphore, labels[i]);
  OK(coop_deferred_cancel(permits[2])); /* in the middle */
  OK(coop_deferred_cancel(permits[3])); /* the last */
  OK(coop_deferred_cancel(permits[0])); /* has its permit: nothing happens */
  EXPECT(host, "1 nothing, 3 CANCELLED, 4 CANCELLED");
  CHECK_EQUAL(coop_semaphore_waiting(semaphore), 1);
  OK(coop_semaphore_release(semaphore, &permits[2]));
  OK(coop_semaphore_release(semaphore, &permits[3]));
  CHECK_EQUAL(coop_semaphore_active(semaphore), 1);
  EXPECT_NOTHING(host);
  OK(coop_semaphore_release(semaphore, &permits[0]));
  EXPECT(host, "2 nothing");
  OK(coop_semaphore_release(semaphore, &permits[1]));
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(releasing_a_place_in_line_leaves_it_silently) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *first = acquire(host, semaphore, "1");
  coop_deferred *second = acquire(host, semaphore, "2");
  coop_deferred *third = acquire(host, semaphore, "3");
  OK(coop_semaphore_release(semaphore, &second));
  OK(coop_semaphore_release(semaphore, &first));
  EXPECT(host, "1 nothing, 3 nothing");
  OK(coop_semaphore_release(semaphore, &third));
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(a_limit_can_be_changed_while_it_is_in_use) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *permits[4];
  const char *labels[] = {"1", "2", "3", "4"};
  for (int i = 0; i < 4; i++) permits[i] = acquire(host, semaphore, labels[i]);
  EXPECT(host, "1 nothing");
  OK(coop_semaphore_set_limit(semaphore, 3));
  EXPECT(host, "2 nothing, 3 nothing");
  OK(coop_semaphore_set_limit(semaphore, 1));
  OK(coop_semaphore_release(semaphore, &permits[0]));
  OK(coop_semaphore_release(semaphore, &permits[1]));
  EXPECT_NOTHING(host);
  OK(coop_semaphore_release(semaphore, &permits[2]));
  EXPECT(host, "4 nothing");
  OK(coop_semaphore_release(semaphore, &permits[3]));
  CHECK_STATUS(coop_semaphore_set_limit(semaphore, 0), COOP_INVALID_ARGUMENT);
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(a_permit_that_somebody_else_has_fired_goes_to_the_next) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *first = acquire(host, semaphore, "1");
  coop_deferred *fired = acquire(host, semaphore, "2");
  coop_deferred *third = acquire(host, semaphore, "3");
  OK(coop_deferred_callback(fired, a));
  OK(coop_semaphore_release(semaphore, &first));
  EXPECT(host, "1 nothing, 2 a, 3 nothing");
  CHECK_EQUAL(coop_semaphore_active(semaphore), 1);
  OK(coop_semaphore_release(semaphore, &fired));
  OK(coop_semaphore_release(semaphore, &third));
  coop_semaphore_destroy(semaphore);
}

typedef struct holder {
  coop_semaphore *semaphore;
  coop_deferred *permit;
  const char *again; /* the label of a second acquire, from inside the callback */
  coop_deferred *second;
} holder;

static coop_result release_in_callback(fake_host *host, void *data, coop_result result) {
  holder *self = data;
  if (self->again != NULL) self->second = acquire(host, self->semaphore, self->again);
  OK(coop_semaphore_release(self->semaphore, &self->permit));
  return result;
}

static coop_result acquire_again(fake_host *host, void *data, coop_result result) {
  holder *self = data;
  self->second = acquire(host, self->semaphore, self->again);
  return result;
}

HOST_TEST(callbacks_release_and_acquire_and_who_comes_again_is_last) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *held = acquire(host, semaphore, "held");
  holder users[] = {{.semaphore = semaphore, .again = "1 again"}, {.semaphore = semaphore}};
  for (int i = 0; i < 2; i++) {
    OK(coop_semaphore_acquire(semaphore, &users[i].permit));
    OK(on_both(host, users[i].permit, i == 0 ? "1" : "2", release_in_callback, &users[i]));
  }
  OK(coop_semaphore_release(semaphore, &held));
  EXPECT(host, "held nothing, 1 nothing, 2 nothing, 1 again nothing");
  OK(coop_semaphore_release(semaphore, &users[0].second));
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(nobody_overtakes_the_line_while_a_higher_limit_lets_it_in) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  coop_deferred *held = acquire(host, semaphore, "held");
  holder first = {.semaphore = semaphore, .again = "1 again"};
  OK(coop_semaphore_acquire(semaphore, &first.permit));
  OK(on_both(host, first.permit, "1", acquire_again, &first));
  coop_deferred *second = acquire(host, semaphore, "2");
  OK(coop_semaphore_set_limit(semaphore, 3));
  EXPECT(host, "held nothing, 1 nothing, 2 nothing");
  OK(coop_semaphore_release(semaphore, &held));
  EXPECT(host, "1 again nothing");
  OK(coop_semaphore_release(semaphore, &first.permit));
  OK(coop_semaphore_release(semaphore, &first.second));
  OK(coop_semaphore_release(semaphore, &second));
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(D5_a_semaphore_passes_50000_permits_on_with_a_flat_stack) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  static holder users[MANY];
  coop_deferred *held = acquire(host, semaphore, "held");
  for (size_t i = 0; i < MANY; i++) {
    users[i] = (holder){.semaphore = semaphore};
    OK(coop_semaphore_acquire(semaphore, &users[i].permit));
    OK(on_both(host, users[i].permit, NULL, release_in_callback, &users[i]));
  }
  OK(coop_semaphore_release(semaphore, &held));
  for (size_t i = 0; i < MANY; i++) CHECK(users[i].permit == NULL);
  CHECK_EQUAL(coop_semaphore_active(semaphore), 0);
  EXPECT(host, "held nothing");
  coop_semaphore_destroy(semaphore);
}

HOST_TEST(D5_50000_waiters_leave_the_line_in_any_order) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  static coop_deferred *permits[MANY];
  for (size_t i = 0; i < MANY; i++) OK(coop_semaphore_acquire(semaphore, &permits[i]));
  for (size_t i = 0; i < MANY; i++) OK(coop_semaphore_release(semaphore, &permits[(i * 7919 + 1) % MANY]));
  CHECK_EQUAL(coop_semaphore_waiting(semaphore), 0);
  CHECK_EQUAL(coop_semaphore_active(semaphore), 0);
  coop_semaphore_destroy(semaphore);
}

static coop_result acquire_in_callback(fake_host *host, void *data, coop_result result) {
  (void)host;
  holder *self = data;
  CHECK_STATUS(coop_semaphore_acquire(self->semaphore, &self->second), COOP_CANCELLED);
  return result;
}

HOST_TEST(a_destroyed_semaphore_lives_until_its_last_permit_is_released) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  holder first = {.semaphore = semaphore}, waiter = {.semaphore = semaphore};
  first.permit = acquire(host, semaphore, "1");
  OK(coop_semaphore_acquire(semaphore, &waiter.permit));
  OK(on_both(host, waiter.permit, "2", acquire_in_callback, &waiter));
  watch(host, waiter.permit, "then");
  coop_semaphore_destroy(semaphore);
  coop_semaphore_destroy(semaphore); /* nothing happens */
  EXPECT(host, "1 nothing, 2 CANCELLED, then CANCELLED");
  OK(coop_semaphore_release(semaphore, &first.permit));  /* frees it */
  OK(coop_semaphore_release(semaphore, &waiter.permit)); /* does not touch it */
}

static coop_result destroy_in_callback(fake_host *host, void *data, coop_result result) {
  (void)host;
  holder *self = data;
  coop_semaphore_destroy(self->semaphore);
  OK(coop_semaphore_release(self->semaphore, &self->permit));
  return result;
}

HOST_TEST(a_callback_may_destroy_its_semaphore) {
  coop_semaphore *semaphore = new_semaphore(host, 1);
  holder users[] = {{.semaphore = semaphore}, {.semaphore = semaphore}};
  coop_deferred *held = acquire(host, semaphore, "held");
  OK(coop_semaphore_acquire(semaphore, &users[0].permit));
  OK(on_both(host, users[0].permit, "1", destroy_in_callback, &users[0]));
  coop_deferred *last = acquire(host, semaphore, "2");
  OK(coop_semaphore_release(semaphore, &held));
  EXPECT(host, "held nothing, 1 nothing, 2 CANCELLED");
  OK(coop_semaphore_release(semaphore, &last));
}

HOST_TEST(arguments_of_a_semaphore_are_checked) {
  coop_semaphore *semaphore = NULL;
  coop_deferred *permit = NULL;
  CHECK_STATUS(coop_semaphore_create(NULL, 1, &semaphore), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_create(&host->hooks, 0, &semaphore), COOP_INVALID_ARGUMENT);
  const coop_host no_allocate = {.free = host->hooks.free}, no_free = {.allocate = host->hooks.allocate};
  CHECK_STATUS(coop_semaphore_create(&no_allocate, 1, &semaphore), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_create(&no_free, 1, &semaphore), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_create(&host->hooks, 1, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_acquire(NULL, &permit), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_set_limit(NULL, 1), COOP_INVALID_ARGUMENT);
  semaphore = new_semaphore(host, 1);
  CHECK_STATUS(coop_semaphore_acquire(semaphore, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_release(semaphore, NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_semaphore_release(NULL, &permit), COOP_INVALID_ARGUMENT);
  coop_semaphore_destroy(semaphore);
  coop_semaphore_destroy(NULL);
}

/* Tasks that use a semaphore, as the header shows it. */

struct download {
  COOP_ITERATOR;
  fake_host *host;
  const char *name;
  coop_semaphore *connections;
  coop_deferred *permit;
};

static coop_turn download_next(coop_task *task, void *state) {
  struct download *self = state;
  COOP_BEGIN(self);
  if (coop_semaphore_acquire(self->connections, &self->permit) != COOP_OK) return COOP_FAILED;
  COOP_AWAIT(self, task, self->permit);
  host_log(self->host, "%s begins", self->name);
  COOP_YIELD(self);
  host_log(self->host, "%s ends", self->name);
  OK(coop_semaphore_release(self->connections, &self->permit));
  COOP_END(self);
}

static void download_close(coop_task *task, void *state) {
  struct download *self = state;
  (void)task;
  if (self->permit != NULL) OK(coop_semaphore_release(self->connections, &self->permit));
}

static void add_download(coop_cooperator *cooperator, struct download *self, coop_task **task) {
  const coop_iterator iterator = {.step = download_next, .state = self, .close = download_close};
  OK(coop_cooperate(cooperator, iterator, task));
}

HOST_TEST(tasks_share_a_semaphore_and_a_stopped_one_leaves_the_line) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_semaphore *connections = new_semaphore(host, 2);
  coop_deferred *held = acquire(host, connections, "held");
  struct download downloads[] = {{.name = "A"}, {.name = "B"}, {.name = "C"}, {.name = "D"}};
  coop_task *tasks[4];
  for (int i = 0; i < 4; i++) {
    downloads[i].host = host;
    downloads[i].connections = connections;
    add_download(cooperator, &downloads[i], &tasks[i]);
  }
  host_pump(host);
  EXPECT(host, "held nothing, schedule, A begins, A ends, B begins, B ends, C begins, C ends, D begins, D ends");
  OK(coop_semaphore_set_limit(connections, 1));
  for (int i = 0; i < 3; i++) {
    coop_task_release(tasks[i]);
    downloads[i].coop_place = 0;
    add_download(cooperator, &downloads[i], &tasks[i]);
  }
  host_pump(host);
  CHECK_EQUAL(coop_semaphore_waiting(connections), 3);
  OK(coop_task_stop(tasks[1])); /* in line */
  CHECK_EQUAL(coop_semaphore_waiting(connections), 2);
  OK(coop_semaphore_release(connections, &held));
  OK(coop_task_stop(tasks[0])); /* with a permit, before the turn in which it would know */
  CHECK_EQUAL(coop_semaphore_waiting(connections), 0);
  host_pump(host);
  EXPECT(host, "schedule, schedule, cancel, schedule, C begins, C ends");
  CHECK_EQUAL(coop_semaphore_active(connections), 0);
  for (int i = 0; i < 4; i++) coop_task_release(tasks[i]);
  coop_semaphore_destroy(connections);
  coop_cooperator_destroy(cooperator);
}

/* ---- queues ---- */

static coop_queue *new_queue(fake_host *host, size_t size) {
  coop_queue *queue = NULL;
  OK(coop_queue_create(&host->hooks, size, &queue));
  return queue;
}

static coop_deferred *put(fake_host *host, coop_queue *queue, char *item, const char *label) {
  coop_deferred *place = NULL;
  if (OK(coop_queue_put(queue, item, &place))) watch(host, place, label);
  return place;
}

static coop_deferred *get(fake_host *host, coop_queue *queue, const char *label) {
  coop_deferred *place = NULL;
  if (OK(coop_queue_get(queue, &place))) watch(host, place, label);
  return place;
}

/** Ends a call that is over. */
static void end(coop_deferred *place) { OK(coop_queue_leave(&place)); }

HOST_TEST(a_queue_passes_items_on_in_their_order) {
  coop_queue *queue = new_queue(host, 0);
  end(put(host, queue, a, "put a"));
  end(put(host, queue, b, "put b"));
  CHECK_EQUAL(coop_queue_length(queue), 2);
  end(get(host, queue, "1"));
  end(get(host, queue, "2"));
  EXPECT(host, "put a nothing, put b nothing, 1 a, 2 b");
  coop_deferred *third = get(host, queue, "3");
  coop_deferred *fourth = get(host, queue, "4");
  OK(coop_queue_put(queue, c, NULL));
  end(put(host, queue, NULL, "put nothing")); /* NULL is an item as any other */
  EXPECT(host, "3 c, 4 nothing, put nothing nothing");
  CHECK_EQUAL(coop_queue_length(queue), 0);
  end(third);
  end(fourth);
  coop_queue_destroy(queue);
}

HOST_TEST(a_full_queue_lets_the_putters_wait_for_room) {
  coop_queue *queue = new_queue(host, 1);
  coop_deferred *puts[] = {put(host, queue, a, "put a"), put(host, queue, b, "put b"), put(host, queue, c, "put c")};
  CHECK_STATUS(coop_queue_put(queue, d, NULL), COOP_PENDING);
  EXPECT(host, "put a nothing");
  CHECK_EQUAL(coop_queue_length(queue), 1);
  for (int i = 0; i < 3; i++) end(get(host, queue, "got"));
  EXPECT(host, "put b nothing, got a, put c nothing, got b, got c");
  OK(coop_queue_put(queue, d, NULL));
  end(get(host, queue, "got"));
  EXPECT(host, "got d");
  for (int i = 0; i < 3; i++) end(puts[i]);
  coop_queue_destroy(queue);
}

HOST_TEST(cancelled_calls_leave_a_queue_without_their_items) {
  coop_queue *queue = new_queue(host, 1);
  host_watch_release(host);
  coop_deferred *gets[] = {get(host, queue, "1"), get(host, queue, "2")};
  OK(coop_deferred_cancel(gets[0]));
  EXPECT(host, "1 CANCELLED");
  OK(coop_queue_put(queue, a, NULL));
  EXPECT(host, "2 a");
  coop_deferred *puts[] = {put(host, queue, b, "put b"), put(host, queue, c, "put c"), put(host, queue, d, "put d")};
  OK(coop_deferred_cancel(puts[1]));
  EXPECT(host, "put b nothing, put c CANCELLED");
  CHECK_EQUAL(coop_queue_length(queue), 1);
  gets[0] = (end(gets[0]), get(host, queue, "3"));
  gets[1] = (end(gets[1]), get(host, queue, "4"));
  EXPECT(host, "put d nothing, 3 b, 4 d");
  for (int i = 0; i < 3; i++) end(puts[i]);
  for (int i = 0; i < 2; i++) end(gets[i]);
  coop_queue_destroy(queue);
}

HOST_TEST(leaving_a_line_of_a_queue_is_silent_and_returns_whether_it_waited) {
  coop_queue *queue = new_queue(host, 1);
  coop_deferred *place = get(host, queue, "1");
  CHECK_STATUS(coop_queue_leave(&place), COOP_CANCELLED);
  CHECK(place == NULL);
  CHECK_STATUS(coop_queue_leave(&place), COOP_INVALID_ARGUMENT);
  OK(coop_queue_put(queue, a, NULL));
  place = put(host, queue, b, "put b");
  CHECK_STATUS(coop_queue_leave(&place), COOP_CANCELLED);
  end(get(host, queue, "2"));
  EXPECT(host, "2 a");
  CHECK_EQUAL(coop_queue_length(queue), 0);
  coop_queue_destroy(queue);
}

HOST_TEST(a_closed_queue_gives_its_items_away_and_takes_none) {
  coop_queue *queue = new_queue(host, 1);
  coop_deferred *place = NULL;
  coop_deferred *first = put(host, queue, a, "put a");
  coop_deferred *second = put(host, queue, b, "put b");
  CHECK(!coop_queue_closed(queue));
  OK(coop_queue_close(queue));
  CHECK(coop_queue_closed(queue));
  EXPECT(host, "put a nothing, put b CANCELLED");
  CHECK_STATUS(coop_queue_put(queue, c, &place), COOP_CANCELLED);
  CHECK_STATUS(coop_queue_put(queue, c, NULL), COOP_CANCELLED);
  end(get(host, queue, "1"));
  end(get(host, queue, "2"));
  EXPECT(host, "1 a, 2 CANCELLED");
  OK(coop_queue_close(queue));
  end(first);
  end(second);
  coop_queue_destroy(queue);
}

HOST_TEST(closing_ends_every_get_that_waits) {
  coop_queue *queue = new_queue(host, 0);
  coop_deferred *gets[] = {get(host, queue, "1"), get(host, queue, "2")};
  OK(coop_queue_close(queue));
  EXPECT(host, "1 CANCELLED, 2 CANCELLED");
  for (int i = 0; i < 2; i++) end(gets[i]);
  coop_queue_destroy(queue);
}

HOST_TEST(items_that_nobody_takes_are_released) {
  coop_queue *queue = new_queue(host, 0);
  host_watch_release(host);
  coop_deferred *place = NULL;
  OK(coop_queue_put(queue, a, NULL));
  OK(coop_queue_get(queue, &place));
  OK(coop_queue_leave(&place)); /* for example of a task that was stopped before its turn */
  EXPECT(host, "release a");
  OK(coop_queue_put(queue, b, NULL));
  OK(coop_queue_put(queue, NULL, NULL));
  OK(coop_queue_put(queue, c, NULL));
  coop_queue_destroy(queue);
  EXPECT(host, "release b, release c");
  coop_queue_destroy(NULL);
}

HOST_TEST(an_item_for_a_get_that_somebody_else_has_fired_goes_to_the_next) {
  coop_queue *queue = new_queue(host, 0);
  coop_deferred *gets[] = {get(host, queue, "1"), get(host, queue, "2"), get(host, queue, "3")};
  OK(coop_deferred_callback(gets[0], d));
  OK(coop_queue_put(queue, a, NULL));
  EXPECT(host, "1 d, 2 a");
  OK(coop_deferred_callback(gets[2], d));
  OK(coop_queue_put(queue, b, NULL));
  CHECK_EQUAL(coop_queue_length(queue), 1);
  EXPECT(host, "3 d");
  for (int i = 0; i < 3; i++) end(gets[i]);
  coop_queue_destroy(queue);
}

typedef struct queue_user {
  coop_queue *queue;
  char *item;
  coop_deferred *place;
  size_t count;
} queue_user;

static coop_result get_in_callback(fake_host *host, void *data, coop_result result) {
  queue_user *self = data;
  if (self->count-- != 0) {
    coop_deferred *next = NULL;
    OK(coop_queue_get(self->queue, &next));
    OK(on_both(host, next, "got", get_in_callback, self));
    end(next);
  }
  return result;
}

HOST_TEST(callbacks_of_a_queue_get_what_has_just_come_in) {
  coop_queue *queue = new_queue(host, 1);
  queue_user user = {.queue = queue, .count = 3};
  OK(coop_queue_put(queue, a, NULL));
  coop_deferred *place = NULL;
  OK(coop_queue_put(queue, b, &place));
  OK(on_both(host, place, "put b", get_in_callback, &user));
  coop_deferred *others[] = {put(host, queue, c, "put c"), put(host, queue, d, "put d")};
  end(get(host, queue, "first"));
  EXPECT(host, "put b nothing, put c nothing, got b, put d nothing, got c, got d, first a");
  CHECK_EQUAL(coop_queue_length(queue), 0);
  end(place);
  for (int i = 0; i < 2; i++) end(others[i]);
  coop_queue_destroy(queue);
}

static coop_result destroy_queue_in_callback(fake_host *host, void *data, coop_result result) {
  (void)host;
  queue_user *self = data;
  coop_queue_destroy(self->queue);
  return result;
}

HOST_TEST(a_callback_may_destroy_its_queue) {
  for (int in_get = 0; in_get < 2; in_get++) {
    coop_queue *queue = new_queue(host, 1);
    queue_user user = {.queue = queue};
    coop_deferred *place = NULL, *other = NULL;
    if (in_get) {
      OK(coop_queue_get(queue, &place));
      other = get(host, queue, "other");
    } else {
      OK(coop_queue_put(queue, a, NULL));
      OK(coop_queue_put(queue, b, &place));
      other = put(host, queue, c, "other");
    }
    OK(on_both(host, place, "destroyed at", destroy_queue_in_callback, &user));
    if (in_get)
      OK(coop_queue_put(queue, d, NULL));
    else
      end(get(host, queue, "got"));
    EXPECT(host, in_get ? "destroyed at d, other CANCELLED" : "destroyed at nothing, other CANCELLED, got a");
    end(place);
    end(other);
  }
}

static coop_result put_next_in_callback(fake_host *host, void *data, coop_result result) {
  queue_user *self = data;
  (void)host;
  if (self->count-- != 0) OK(coop_queue_put(self->queue, self->item, NULL));
  return result;
}

HOST_TEST(D5_a_queue_serves_50000_gets_and_puts_with_a_flat_stack) {
  coop_queue *queue = new_queue(host, 1);
  queue_user user = {.queue = queue, .item = a, .count = MANY - 1};
  static coop_deferred *places[MANY];
  for (size_t i = 0; i < MANY; i++) {
    OK(coop_queue_get(queue, &places[i]));
    OK(on_both(host, places[i], NULL, put_next_in_callback, &user));
  }
  OK(coop_queue_put(queue, a, NULL));
  for (size_t i = 0; i < MANY; i++) end(places[i]);
  CHECK_EQUAL(coop_queue_length(queue), 0);
  queue_user getter = {.queue = queue, .count = MANY};
  OK(coop_queue_put(queue, a, NULL));
  for (size_t i = 0; i < MANY; i++) OK(coop_queue_put(queue, a, &places[i]));
  end(get(host, queue, "first"));
  host_forget(host);
  get_in_callback(host, &getter, nothing());
  CHECK_EQUAL(host_count(host, "got a"), MANY);
  host_forget(host);
  for (size_t i = 0; i < MANY; i++) end(places[i]);
  coop_queue_destroy(queue);
}

HOST_TEST(arguments_of_a_queue_are_checked) {
  coop_queue *queue = NULL;
  coop_deferred *place = NULL;
  CHECK_STATUS(coop_queue_create(NULL, 1, &queue), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_create(&host->hooks, 1, NULL), COOP_INVALID_ARGUMENT);
  const coop_host no_allocate = {.free = host->hooks.free}, no_free = {.allocate = host->hooks.allocate};
  CHECK_STATUS(coop_queue_create(&no_allocate, 1, &queue), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_create(&no_free, 1, &queue), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_put(NULL, a, &place), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_get(NULL, &place), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_close(NULL), COOP_INVALID_ARGUMENT);
  CHECK_STATUS(coop_queue_leave(NULL), COOP_INVALID_ARGUMENT);
  queue = new_queue(host, 1);
  CHECK_STATUS(coop_queue_get(queue, NULL), COOP_INVALID_ARGUMENT);
  coop_queue_destroy(queue);
}

/* A producer and a consumer, as tasks. */

struct pipe {
  COOP_ITERATOR;
  fake_host *host;
  coop_queue *queue;
  char **items;
  int at, count;
  coop_deferred *place;
};

static coop_turn produce(coop_task *task, void *state) {
  struct pipe *self = state;
  COOP_BEGIN(self);
  for (self->at = 0; self->at < self->count; self->at++) {
    if (coop_queue_put(self->queue, self->items[self->at], &self->place) != COOP_OK) return COOP_FAILED;
    COOP_AWAIT(self, task, self->place);
    OK(coop_queue_leave(&self->place));
    host_log(self->host, "put %s", self->items[self->at]);
  }
  OK(coop_queue_close(self->queue));
  COOP_END(self);
}

static coop_turn consume(coop_task *task, void *state) {
  struct pipe *self = state;
  COOP_BEGIN(self);
  for (;;) {
    if (coop_queue_get(self->queue, &self->place) != COOP_OK) return COOP_FAILED;
    COOP_AWAIT(self, task, self->place);
    if (coop_task_awaited(task).status != COOP_OK) break;
    host_log(self->host, "got %s", (const char *)coop_task_awaited(task).value);
    OK(coop_queue_leave(&self->place));
  }
  host_log(self->host, "got all");
  OK(coop_queue_leave(&self->place));
  COOP_END(self);
}

HOST_TEST(a_producer_and_a_consumer_share_a_queue) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  char *items[] = {a, b, c};
  struct pipe from = {.host = host, .queue = new_queue(host, 1), .items = items, .count = 3};
  struct pipe to = {.host = host, .queue = from.queue};
  OK(coop_cooperate(cooperator, (coop_iterator){.step = produce, .state = &from}, NULL));
  OK(coop_cooperate(cooperator, (coop_iterator){.step = consume, .state = &to}, NULL));
  host_pump(host);
  EXPECT(host, "schedule, put a, got a, put b, got b, put c, got c, got all");
  CHECK(coop_cooperator_first_task(cooperator) == NULL);
  coop_queue_destroy(from.queue);
  coop_cooperator_destroy(cooperator);
}

/* ---- calls from inside the release hook ---- */

typedef struct taking_host {
  coop_host hooks;
  fake_host *host;
  coop_queue *queue;
  coop_deferred *taken; /* by the first release */
} taking_host;

static void *allocate_for(void *context, size_t size) {
  fake_host *host = ((taking_host *)context)->host;
  return host->hooks.allocate(host, size);
}

static void free_for(void *context, void *memory, size_t size) {
  fake_host *host = ((taking_host *)context)->host;
  host->hooks.free(host, memory, size);
}

static void release_and_take_the_next(void *context, void *item) {
  taking_host *self = context;
  host_log(self->host, "release %s", (const char *)item);
  if (self->queue != NULL && self->taken == NULL) OK(coop_queue_get(self->queue, &self->taken));
}

HOST_TEST(J6_the_release_hook_may_use_the_queue_whose_items_it_releases) {
  static char first[] = "first", second[] = "second", third[] = "third";
  taking_host self = {.host = host};
  self.hooks =
      (coop_host){.context = &self, .allocate = allocate_for, .free = free_for, .release = release_and_take_the_next};
  OK(coop_queue_create(&self.hooks, 0, &self.queue));
  OK(coop_queue_put(self.queue, first, NULL));
  OK(coop_queue_put(self.queue, second, NULL));
  OK(coop_queue_put(self.queue, third, NULL));
  coop_queue_destroy(self.queue);
  self.queue = NULL;
  EXPECT(host, "release first, release third");
  CHECK_RESULT(coop_deferred_result(self.taken), "second");
  OK(coop_queue_leave(&self.taken));
  EXPECT(host, "release second");
}
