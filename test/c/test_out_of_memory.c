/*
 * Failing allocations. Each scenario runs with its first, second, third, ... allocation failing, until none fails. The
 * call that fails returns COOP_NO_MEMORY and has changed nothing; it is repeated, and the scenario ends as usual. Each
 * scenario also runs with all later allocations failing; it then gives up, and must not leak.
 */

#include <cooperator/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"

static char one[] = "one";
static char two[] = "two";
static char boom[] = "boom";

/** Makes a call. If there is no memory, repeats it, or gives up if all later allocations fail too. */
#define TRY(call)                                                 \
  do {                                                            \
    size_t blocks_before = host->blocks;                          \
    coop_status try_status = (call);                              \
    if (try_status == COOP_NO_MEMORY) {                           \
      CHECK(host->failed);                                        \
      CHECK_EQUAL(host->blocks, blocks_before);                   \
      if (host->fail_on) goto out;                                \
      try_status = (call);                                        \
    }                                                             \
    check_status(try_status, COOP_OK, __FILE__, __LINE__, #call); \
  } while (0)

typedef void (*scenario_fn)(fake_host *host);

static char *copy_log(const fake_host *host) {
  const char *log = host->log_length ? host->log : "";
  char *copy = malloc(strlen(log) + 1);
  return copy ? strcpy(copy, log) : NULL;
}

static void fail_each_allocation(scenario_fn scenario, bool same_events) {
  fake_host host;
  host_open(&host);
  scenario(&host);
  char *events = copy_log(&host);
  size_t allocations = host.allocations;
  CHECK(allocations > 5 && strlen(events) > 20);
  host_forget(&host);
  host_finish(&host);
  for (int on = 0; on < 2; on++) {
    size_t n = 0;
    bool failed = true;
    while (failed && n < 1000) {
      host_open(&host);
      host_fail_allocation(&host, ++n, on);
      scenario(&host);
      failed = host.failed;
      if (same_events && !on) {
        check_text(host.log_length ? host.log : "", events, __FILE__, __LINE__, "events after a failure");
      }
      host_forget(&host);
      host_finish(&host);
    }
    CHECK_EQUAL(n, allocations + 1);
  }
  free(events);
}

/* ---- tasks ---- */

static coop_turn await_or_fail(coop_task *task, worker *self) {
  fake_host *host = self->host;
  if (self->turns == 1) {
    TRY(coop_task_await(task, self->data));
    return COOP_WAIT;
  }
  return COOP_DONE;
out:
  coop_task_set_failure(task, (coop_failure){.status = COOP_NO_MEMORY});
  return COOP_FAILED;
}

static coop_turn fail_loudly(coop_task *task, worker *self) {
  coop_task_set_failure(task, failure(self->data));
  return self->turns == 2 ? COOP_FAILED : COOP_MORE;
}

static void run_tasks(fake_host *host) {
  coop_cooperator *cooperator = NULL;
  coop_deferred *source = NULL;
  coop_deferred *done = NULL;
  coop_deferred *dones[5] = {NULL};
  worker workers[] = {{.name = "A", .until = 3, .share = 2},
                      {.name = "B", .work = await_or_fail},
                      {.name = "C", .work = fail_loudly, .data = boom},
                      {.name = "D", .logs_close = true}};
  worker iterated = {.name = "E", .until = 2, .host = host};
  for (int i = 0; i < 4; i++) {
    workers[i].host = host;
  }
  TRY(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = 10}, &cooperator));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &source));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &done));
  workers[1].data = source;
  for (int i = 0; i < 4; i++) {
    workers[i].cooperator = cooperator;
    TRY(coop_cooperate(cooperator, worker_iterator(&workers[i]), &workers[i].task));
    TRY(coop_task_when_done(workers[i].task, &dones[i]));
    TRY(on_both(host, dones[i], workers[i].name, return_nothing, NULL));
  }
  TRY(coop_coiterate(cooperator, worker_iterator(&iterated), done));
  TRY(on_both(host, done, iterated.name, return_nothing, NULL));
  OK(coop_task_pause(workers[3].task));
  host_pump(host);
  OK(coop_deferred_callback(source, NULL));
  OK(coop_task_resume(workers[3].task));
  OK(coop_task_stop(workers[3].task));
  host_pump(host);
  TRY(coop_task_when_done(workers[0].task, &dones[4]));
out:
  host_log(host, "out");
  coop_cooperator_destroy(cooperator);
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
    coop_deferred_release(dones[i]);
  }
  coop_deferred_release(dones[4]);
  coop_deferred_release(source);
  coop_deferred_release(done);
}

TEST(tasks_survive_failing_allocations) { fail_each_allocation(run_tasks, true); }

static void stop_with_tasks(fake_host *host) {
  coop_cooperator *cooperator = NULL;
  coop_deferred *done = NULL;
  worker workers[] = {{.name = "A", .host = host, .logs_close = true}, {.name = "B", .host = host, .logs_close = true}};
  TRY(coop_cooperator_create(&host->hooks, NULL, &cooperator));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &done));
  TRY(on_both(host, done, "end", return_nothing, NULL));
  TRY(coop_cooperate(cooperator, worker_iterator(&workers[0]), NULL));
  CHECK(coop_task_next(coop_cooperator_first_task(cooperator)) == NULL);
  OK(coop_cooperator_stop(cooperator));
  TRY(coop_coiterate(cooperator, worker_iterator(&workers[1]), done));
  CHECK_EQUAL(workers[1].closes, 1);
out:
  host_log(host, "end of the scenario");
  coop_cooperator_destroy(cooperator);
  coop_deferred_release(done);
  CHECK_EQUAL(workers[0].turns + workers[1].turns, 0);
}

TEST(S10_a_stopped_cooperator_survives_failing_allocations) { fail_each_allocation(stop_with_tasks, true); }

/* ---- Deferreds ---- */

static bool observe(void *context, coop_deferred *deferred, coop_result result) {
  (void)deferred;
  char text[100];
  host_log(context, "saw %s", result_text(result, text, sizeof text));
  return false;
}

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  (void)delay_ms;
  *(coop_timeout **)context = timeout;
  return COOP_OK;
}

static void cancel_timer(void *context, coop_timeout *timeout) {
  CHECK(*(coop_timeout **)context == timeout);
  *(coop_timeout **)context = NULL;
}

static void run_deferreds(fake_host *host) {
  coop_deferred *first = NULL;
  coop_deferred *second = NULL;
  coop_deferred *restored = NULL;
  coop_timeout *pending = NULL;
  const coop_clock clock = {.context = &pending, .call_later = call_later, .cancel = cancel_timer};
  const coop_settlement settlement = {.result = failure(boom), .handled = true};
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &first));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &second));
  TRY(coop_deferred_restore(&host->hooks, &settlement, NULL, &restored));
  TRY(on_both(host, restored, "restored", return_nothing, NULL));
  TRY(on_value(host, first, "first", return_value, two));
  TRY(coop_deferred_observe(first, observe, NULL, host));
  TRY(coop_deferred_add_timeout(first, 10, &clock));
  CHECK(pending != NULL);
  TRY(coop_deferred_chain(first, second));
  TRY(on_both(host, second, "second", return_failure, boom));
  TRY(on_failure(host, second, "then", return_nothing, NULL));
  OK(coop_deferred_callback(first, one));
  CHECK(pending == NULL);
  TRY(on_both(host, first, "late", return_nothing, NULL));
  TRY(coop_deferred_observe(second, observe, NULL, host));
  OK(coop_deferred_cancel(first));
out:
  host_log(host, "end of the scenario");
  coop_deferred_release(first);
  coop_deferred_release(second);
  coop_deferred_release(restored);
  CHECK(pending == NULL);
}

TEST(D1_deferreds_survive_failing_allocations) { fail_each_allocation(run_deferreds, true); }

/* Here the failure is visible in the chain: a Deferred that cannot wait for another fails with COOP_NO_MEMORY. */
static void wait_for_one_another(fake_host *host) {
  coop_deferred *inner = NULL;
  coop_deferred *middle = NULL;
  coop_deferred *outer = NULL;
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &inner));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &middle));
  TRY(coop_deferred_create(&host->hooks, NULL, NULL, &outer));
  TRY(on_value(host, outer, NULL, return_deferred, middle));
  OK(coop_deferred_callback(outer, NULL));
  OK(coop_deferred_fire(middle, coop_wait_for(inner)));
  OK(coop_deferred_callback(inner, one));
  coop_result end = coop_deferred_result(outer);
  host_log(host, "outer %s", coop_status_name(end.status));
  CHECK(host->failed ? end.status == COOP_OK || end.status == COOP_NO_MEMORY : end.value == one);
  TRY(on_failure(host, outer, "outer failed", return_nothing, NULL));
  TRY(on_failure(host, middle, "middle failed", return_nothing, NULL));
out:
  host_log(host, "end of the scenario");
  coop_deferred_release(outer);
  coop_deferred_release(middle);
  coop_deferred_release(inner);
}

TEST(D3_waiting_deferreds_survive_failing_allocations) { fail_each_allocation(wait_for_one_another, false); }

/* ---- semaphores, queues, waits ---- */

static void pass_permits(fake_host *host) {
  coop_semaphore *semaphore = NULL;
  coop_deferred *permits[3] = {NULL};
  const char *labels[] = {"first", "second", "third"};
  TRY(coop_semaphore_create(&host->hooks, 1, &semaphore));
  for (int i = 0; i < 3; i++) {
    const size_t active = coop_semaphore_active(semaphore), waiting = coop_semaphore_waiting(semaphore);
    TRY((CHECK_EQUAL(coop_semaphore_active(semaphore), active), CHECK_EQUAL(coop_semaphore_waiting(semaphore), waiting),
         coop_semaphore_acquire(semaphore, &permits[i])));
    TRY(on_both(host, permits[i], labels[i], return_nothing, NULL));
  }
  OK(coop_deferred_cancel(permits[1]));
  OK(coop_semaphore_release(semaphore, &permits[0]));
  OK(coop_semaphore_release(semaphore, &permits[2]));
out:
  host_log(host, "end of the scenario");
  for (int i = 0; i < 3; i++) {
    if (permits[i] != NULL) OK(coop_semaphore_release(semaphore, &permits[i]));
  }
  coop_semaphore_destroy(semaphore);
}

TEST(semaphores_survive_failing_allocations) { fail_each_allocation(pass_permits, true); }

static void pass_items(fake_host *host) {
  coop_queue *queue = NULL;
  coop_deferred *places[5] = {NULL};
  const char *labels[] = {"got 1", "put 1", "put 2", "put 3", "got 2"};
  TRY(coop_queue_create(&host->hooks, 1, &queue));
  for (int i = 0; i < 5; i++) {
    if (i == 0 || i == 4)
      TRY(coop_queue_get(queue, &places[i]));
    else
      TRY(coop_queue_put(queue, one, &places[i]));
    TRY(on_both(host, places[i], labels[i], return_nothing, NULL));
    host_log(host, "length %zu", coop_queue_length(queue));
  }
  TRY(coop_queue_put(queue, two, NULL) == COOP_PENDING ? COOP_OK : COOP_FAILURE);
out:
  host_log(host, "end of the scenario");
  for (int i = 0; i < 5; i++) {
    if (places[i] != NULL) (void)coop_queue_leave(&places[i]);
  }
  coop_queue_destroy(queue);
}

TEST(queues_survive_failing_allocations) { fail_each_allocation(pass_items, true); }

typedef struct sleeper {
  coop_clock clock;
  coop_timeout *timeout;
  coop_deferred *sources[2], *wait;
} sleeper;

static coop_turn sleep_and_await(coop_task *task, worker *self) {
  fake_host *host = self->host;
  sleeper *data = self->data;
  if (self->turns == 1) {
    TRY(coop_task_sleep(task, 10, &data->clock, &data->wait));
  } else if (self->turns == 2) {
    TRY(coop_task_await_until(task, data->sources[0], 10, &data->clock, &data->wait));
  } else if (self->turns == 3) {
    TRY(coop_task_await_any(task, data->sources, 2, &data->wait));
  } else {
    return COOP_DONE;
  }
  return COOP_WAIT;
out:
  coop_task_set_failure(task, (coop_failure){.status = COOP_NO_MEMORY});
  return COOP_FAILED;
}

static void release_wait(coop_task *task, worker *self) {
  (void)task;
  coop_deferred_release(((sleeper *)self->data)->wait);
}

/* The second source has failed already. Its failure is handled only if the task gets it. */
static void wait_in_each_way(fake_host *host) {
  coop_cooperator *cooperator = NULL;
  coop_deferred *done = NULL;
  sleeper data = {.timeout = NULL};
  worker a = {.name = "A", .host = host, .work = sleep_and_await, .data = &data, .on_close = release_wait};
  data.clock = (coop_clock){&data.timeout, call_later, cancel_timer};
  TRY(coop_cooperator_create(&host->hooks, NULL, &cooperator));
  for (int i = 0; i < 2; i++) TRY(coop_deferred_create(&host->hooks, NULL, NULL, &data.sources[i]));
  OK(coop_deferred_errback(data.sources[1], failure(boom)));
  TRY(coop_cooperate(cooperator, worker_iterator(&a), &a.task));
  TRY(coop_task_when_done(a.task, &done));
  TRY(on_both(host, done, "done", return_nothing, NULL));
  for (int i = 0; i < 3; i++) {
    host_pump(host);
    if (data.timeout != NULL) {
      coop_timeout *timeout = data.timeout;
      data.timeout = NULL;
      coop_timeout_fire(timeout, NULL);
    }
  }
  host_pump(host);
out:
  host_log(host, "end of the scenario");
  coop_deferred_release(data.sources[0]);
  coop_deferred_release(data.sources[1]);
  coop_deferred_release(done);
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
  CHECK(data.timeout == NULL);
}

TEST(waits_survive_failing_allocations) { fail_each_allocation(wait_in_each_way, true); }

HOST_TEST(D7_a_when_done_without_memory_does_not_handle_the_failure) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  coop_deferred *done = NULL;
  worker a = {.name = "A", .work = fail_loudly, .data = boom};
  worker_add(host, cooperator, &a);
  host_fail_allocation(host, 1, false);
  CHECK_STATUS(coop_task_when_done(a.task, &done), COOP_NO_MEMORY);
  CHECK(done == NULL);
  host_pump(host);
  host_fail_allocation(host, 1, false);
  CHECK_STATUS(coop_task_when_done(a.task, &done), COOP_NO_MEMORY);
  EXPECT(host, "schedule, A1, A2");
  worker_drop(&a);
  EXPECT(host, "unhandled FAILURE boom");
  coop_cooperator_destroy(cooperator);
}

/* ---- what needs no memory ---- */

static coop_turn wait_for_wake(coop_task *task, worker *self) {
  (void)task;
  return self->turns == 2 ? COOP_DONE : COOP_WAIT;
}

HOST_TEST(pause_wake_fire_finish_and_stop_need_no_memory) {
  coop_cooperator *cooperator = new_cooperator(host, 0);
  worker workers[] = {{.name = "A", .until = 2}, {.name = "B", .work = wait_for_wake}, {.name = "C"}, {.name = "D"}};
  for (int i = 0; i < 4; i++) {
    worker_add(host, cooperator, &workers[i]);
    watch_task(host, workers[i].task, workers[i].name);
  }
  coop_deferred *fired = new_deferred(host);
  coop_deferred *cancelled = new_deferred(host);
  watch(host, fired, "fired");
  watch(host, cancelled, "cancelled");
  host_fail_allocation(host, 1, true);
  OK(coop_task_pause(workers[3].task));
  OK(coop_task_stop(workers[2].task));
  host_pump(host);
  coop_task_wake(workers[1].task);
  host_pump(host);
  OK(coop_task_resume(workers[3].task));
  OK(coop_cooperator_stop(cooperator));
  OK(coop_cooperator_start(cooperator));
  OK(coop_deferred_pause(fired));
  OK(coop_deferred_callback(fired, NULL));
  OK(coop_deferred_unpause(fired));
  OK(coop_deferred_cancel(cancelled));
  CHECK(!host->failed);
  EXPECT(host,
         "schedule, C TASK_STOPPED, A1, B1, A2, A nothing, schedule, B2, B nothing, schedule, cancel, "
         "D SCHEDULER_STOPPED, fired nothing, cancelled CANCELLED");
  for (int i = 0; i < 4; i++) {
    worker_drop(&workers[i]);
  }
  coop_deferred_release(fired);
  coop_deferred_release(cancelled);
  coop_cooperator_destroy(cooperator);
  CHECK(!host->failed);
}
