#ifndef FAKE_HOST_H
#define FAKE_HOST_H

/**
 * @file fake_host.h
 * A host for tests: the test controls every hook, and each call is logged as an event.
 *
 * - Memory is counted and poisoned. Sizes that are freed must be those that were allocated. The n-th allocation can
 *   fail.
 * - The clock stands still unless the test moves it, or lets each reading move it.
 * - A requested slice is pending until the test runs it with host_pump.
 * - host_finish fails the test if there are events that it did not expect, or if memory or contexts of callbacks
 *   leaked.
 */

#include <cooperator/cooperator.h>

#include "check.h"

enum { HOST_PENDING_MAX = 8 };

typedef struct fake_host {
  coop_host hooks; /* for the library */
  coop_nesting nesting;

  size_t blocks;
  size_t bytes;
  size_t allocations; /* so far, including failed ones */
  size_t fail_at;     /* which allocation fails; 0: none */
  bool fail_on;       /* all later allocations fail too */
  bool failed;        /* an allocation has failed */

  double now_ms;
  double ms_a_reading;
  size_t readings;

  coop_cooperator *pending[HOST_PENDING_MAX];
  size_t pendings;
  bool at_once;                /* the scheduler runs the slice before it returns */
  coop_status schedule_status; /* if not COOP_OK, the request is refused */
  size_t schedules;
  size_t cancels;

  bool takes_result; /* what `settled` returns */

  size_t contexts; /* of callbacks that have not run */
  size_t expectations;
  char *log;
  size_t log_length;
  size_t log_capacity;
} fake_host;

/** A test with a fake host named `host`. */
#define HOST_TEST(name)                     \
  static void name##_with(fake_host *host); \
  TEST(name) {                              \
    fake_host host;                         \
    host_open(&host);                       \
    name##_with(&host);                     \
    host_finish(&host);                     \
  }                                         \
  static void name##_with(fake_host *host)

void host_open(fake_host *host);
void host_finish(fake_host *host);

/** Sets a hook that is NULL at first, to log its calls. */
void host_watch_release(fake_host *host);
void host_watch_settled(fake_host *host);
void host_watch_long_turns(fake_host *host);

/** Makes the n-th allocation from now on fail, and with `on` all later ones. 0: none. */
void host_fail_allocation(fake_host *host, size_t n, bool on);

/** Runs the slices that are pending now, not those that they request. Returns their number. */
size_t host_pump(fake_host *host);

/** Pumps until nothing is pending; fails the test if that takes more than `limit` slices. */
void host_pump_all(fake_host *host, size_t limit);

/** Runs a slice whether or not it is pending, as a stray or late call. */
void host_stray_slice(fake_host *host, coop_cooperator *cooperator);

/** Appends an event, which must not contain a comma. */
void host_log(fake_host *host, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Compares the events since the last call, joined by ", ", and forgets them. */
bool host_expect(fake_host *host, const char *events, const char *file, int line);
#define EXPECT(host, events) host_expect((host), (events), __FILE__, __LINE__)
#define EXPECT_NOTHING(host) EXPECT((host), "")

/** Forgets the events so far. */
void host_forget(fake_host *host);

/** How often `event` is in the log. */
size_t host_count(const fake_host *host, const char *event);

/** Checks the status that a call returns. */
bool check_status(coop_status actual, coop_status expected, const char *file, int line, const char *what);
#define CHECK_STATUS(call, expected) check_status((call), (expected), __FILE__, __LINE__, #call)
#define OK(call) CHECK_STATUS((call), COOP_OK)

/* Results. The values of these tests are strings. */

coop_result value(const char *text);
coop_result failure(const char *text);
coop_result nothing(void);

/** "x" for a value, "nothing" for NULL, "pending", "FAILURE x" or the name of another status. */
const char *result_text(coop_result result, char *buffer, size_t size);
bool check_result(coop_result actual, const char *expected, const char *file, int line, const char *what);
#define CHECK_RESULT(actual, expected) check_result((actual), (expected), __FILE__, __LINE__, #actual)

/* Deferreds. */

coop_deferred *new_deferred(fake_host *host);

/** What a callback does after it has logged "label result". Returns the next result. */
typedef coop_result (*reaction_fn)(fake_host *host, void *data, coop_result result);

/** Adds a callback, an errback or both. The label may be NULL: nothing is logged. So may `react`: the result passes. */
coop_status on_both(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data);
coop_status on_value(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data);
coop_status on_failure(fake_host *host, coop_deferred *deferred, const char *label, reaction_fn react, void *data);

/** Adds a pair that logs "label result" and returns NULL, which most tests use to end a chain. */
void watch(fake_host *host, coop_deferred *deferred, const char *label);

/** Reactions. */
coop_result return_nothing(fake_host *host, void *data, coop_result result);
coop_result return_value(fake_host *host, void *text, coop_result result);
coop_result return_failure(fake_host *host, void *text, coop_result result);
coop_result return_deferred(fake_host *host, void *deferred, coop_result result);

/* Tasks. */

typedef struct worker worker;

/** What a worker does in a turn, after it has logged its name and the number of the turn, such as "A1". */
typedef coop_turn (*work_fn)(coop_task *task, worker *self);

struct worker {
  const char *name; /* NULL: nothing is logged */
  unsigned until;   /* the turn that returns COOP_DONE; 0: none */
  work_fn work;     /* replaces `until`; may be NULL */
  uint32_t share;
  bool logs_close; /* logs "close A" */
  void (*on_close)(coop_task *task, worker *self);
  void *data;
  fake_host *host;
  coop_cooperator *cooperator;
  coop_task *task; /* a reference, from worker_add */
  unsigned turns;
  unsigned closes;
};

coop_iterator worker_iterator(worker *self);

/** Adds the worker and keeps a reference, which worker_drop releases. */
coop_task *worker_add(fake_host *host, coop_cooperator *cooperator, worker *self);
void worker_drop(worker *self);

/** Logs "label done" or "label FAILURE x" when the task finishes. */
void watch_task(fake_host *host, coop_task *task, const char *label);

/** A cooperator with slices of `turns` turns; 0: until no task is runnable. */
coop_cooperator *new_cooperator(fake_host *host, uint32_t turns);
coop_cooperator *new_cooperator_with(fake_host *host, uint32_t turns, bool not_started);

#endif
