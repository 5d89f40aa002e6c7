/* S3: the length of time slices, and statistics. All times are those of the fake clock. */

#include <math.h>

#include "fake_host.h"

static coop_cooperator *new_timed(fake_host *host, double slice_ms) {
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = slice_ms}, &cooperator));
  return cooperator;
}

/** A turn that takes the milliseconds that `data` points to. */
static coop_turn take_time(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += *(const double *)self->data;
  return self->until && self->turns >= self->until ? COOP_DONE : COOP_MORE;
}

/** Runs one slice and returns its length. */
static double slice_length(fake_host *host) {
  double start = host->now_ms;
  CHECK_EQUAL(host_pump(host), 1);
  host_forget(host);
  return host->now_ms - start;
}

static void stop_and_drop(worker *workers, size_t count) {
  coop_cooperator_destroy(workers[0].cooperator);
  for (size_t i = 0; i < count; i++) {
    host_forget(workers[i].host);
    worker_drop(&workers[i]);
  }
}

HOST_TEST(S3_a_time_slice_ends_when_its_time_is_over) {
  static const struct {
    double turn_ms;
    unsigned turns;
  } expected[] = {{1, 10}, {2.5, 4}, {3, 4}, {9.5, 2}, {10, 1}, {50, 1}};
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    coop_cooperator *cooperator = new_timed(host, 10);
    double turn_ms = expected[i].turn_ms;
    worker a = {.work = take_time, .data = &turn_ms};
    worker_add(host, cooperator, &a);
    for (unsigned slice = 1; slice <= 3; slice++) {
      slice_length(host);
      CHECK_EQUAL(a.turns, slice * expected[i].turns);
    }
    stop_and_drop(&a, 1);
  }
}

HOST_TEST(S3_a_slice_lasts_ten_milliseconds_by_default) {
  for (int given = 0; given < 2; given++) {
    coop_cooperator *cooperator = NULL;
    const coop_cooperator_options zero = {0};
    OK(coop_cooperator_create(&host->hooks, given ? &zero : NULL, &cooperator));
    double turn_ms = 1;
    worker a = {.work = take_time, .data = &turn_ms};
    worker_add(host, cooperator, &a);
    slice_length(host);
    CHECK_EQUAL(a.turns, 10);
    stop_and_drop(&a, 1);
  }
}

HOST_TEST(S3_a_time_slice_runs_at_least_one_turn) {
  coop_cooperator *cooperator = new_timed(host, 1e-9);
  double turn_ms = 1;
  worker workers[] = {{.work = take_time, .data = &turn_ms}, {.work = take_time, .data = &turn_ms}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  slice_length(host);
  CHECK_EQUAL(workers[0].turns, 1);
  CHECK_EQUAL(workers[1].turns, 0);
  slice_length(host);
  CHECK_EQUAL(workers[1].turns, 1);
  stop_and_drop(workers, 2);
}

HOST_TEST(S3_slices_of_tiny_turns_end_in_time_with_few_clock_readings) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double turn_ms = 0.001;
  worker a = {.work = take_time, .data = &turn_ms};
  worker_add(host, cooperator, &a);
  slice_length(host);
  for (int i = 0; i < 20; i++) {
    double length = slice_length(host);
    CHECK(length >= 10 - 1e-6 && length < 10.005);
  }
  CHECK(host->readings < a.turns / 8);
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_slices_of_mixed_turns_end_about_one_turn_late_at_most) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double durations[] = {0.0005, 0.02, 0.004, 0.3};
  worker workers[4];
  for (int i = 0; i < 4; i++) {
    workers[i] = (worker){.work = take_time, .data = &durations[i]};
    worker_add(host, cooperator, &workers[i]);
  }
  for (int i = 0; i < 50; i++) {
    double length = slice_length(host);
    CHECK(length >= 10 - 1e-6 && length < 10.4);
  }
  stop_and_drop(workers, 4);
}

HOST_TEST(S3_turns_that_become_longer_make_only_one_slice_late) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double turn_ms = 0.0001;
  worker a = {.work = take_time, .data = &turn_ms};
  worker_add(host, cooperator, &a);
  for (int i = 0; i < 3; i++) {
    slice_length(host);
  }
  turn_ms = 0.02;
  CHECK(slice_length(host) < 11.5);
  for (int i = 0; i < 10; i++) {
    CHECK(slice_length(host) < 10.05);
  }
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_turns_of_many_tasks_that_become_longer_make_only_one_slice_late) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double turn_ms = 0.0001;
  static worker workers[200];
  for (size_t i = 0; i < 200; i++) {
    workers[i] = (worker){.work = take_time, .data = &turn_ms};
    worker_add(host, cooperator, &workers[i]);
  }
  for (int i = 0; i < 3; i++) slice_length(host);
  turn_ms = 0.014; /* 64 of them are too short to start a search for a long one */
  CHECK(slice_length(host) < 11);
  for (int i = 0; i < 10; i++) CHECK(slice_length(host) < 10.1);
  stop_and_drop(workers, 200);
}

/** Its turns become longer when a slice of 10 ms is almost over. `data` points to the start of the slice. */
static coop_turn become_longer_at_the_end(coop_task *task, worker *self) {
  (void)task;
  const double since_ms = self->host->now_ms - *(const double *)self->data;
  self->host->now_ms += since_ms < 9.95 ? 0.001 : 0.01;
  return COOP_MORE;
}

HOST_TEST(S3_near_the_end_of_a_slice_the_clock_is_read_more_often) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double began = 0;
  worker a = {.work = become_longer_at_the_end, .data = &began};
  worker_add(host, cooperator, &a);
  for (int i = 0; i < 20; i++) {
    began = host->now_ms;
    CHECK(slice_length(host) < 10.1);
  }
  stop_and_drop(&a, 1);
}

enum { MANY_SLOW = 2000 };

/** The first turn takes as long as 200 later ones. */
static coop_turn be_slow_first(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 1 ? 0.01 : 0.00005;
  return COOP_MORE;
}

HOST_TEST(slow_first_turns_of_many_tasks_are_soon_forgotten) {
  static worker workers[MANY_SLOW];
  coop_cooperator *cooperator = new_timed(host, 10);
  for (size_t i = 0; i < MANY_SLOW; i++) {
    workers[i] = (worker){.work = be_slow_first};
    worker_add(host, cooperator, &workers[i]);
  }
  while (workers[0].turns < 30) slice_length(host);
  const size_t readings = host->readings;
  while (workers[0].turns < 230) slice_length(host);
  CHECK(host->readings - readings < 200 * MANY_SLOW / 45);
  stop_and_drop(workers, MANY_SLOW);
}

/** A clock with a resolution of one millisecond, as in some browsers. */
static double coarse_now_ms(void *context) {
  fake_host *host = context;
  host->readings++;
  return floor(host->now_ms);
}

HOST_TEST(S3_a_coarse_clock_ends_slices_one_tick_late_at_most) {
  host->hooks.now_ms = coarse_now_ms;
  coop_cooperator *cooperator = new_timed(host, 10);
  double turn_ms = 0.003;
  worker a = {.work = take_time, .data = &turn_ms};
  worker_add(host, cooperator, &a);
  for (int i = 0; i < 20; i++) {
    double length = slice_length(host);
    CHECK(length > 9 - 1e-6 && length < 11.3);
  }
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_tasks_finish_while_the_clock_stands_still) {
  coop_cooperator *cooperator = new_timed(host, 10);
  worker workers[] = {{.until = 100000}, {.until = 50000}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump_all(host, 150000);
  CHECK_EQUAL(workers[0].turns, 100000);
  CHECK_EQUAL(workers[1].turns, 50000);
  stop_and_drop(workers, 2);
}

static coop_turn stand_still_then_take_time(coop_task *task, worker *self) {
  (void)task;
  if (self->turns > 100000) {
    self->host->now_ms += 1;
  }
  return COOP_MORE;
}

HOST_TEST(S3_a_clock_that_stood_still_ends_the_slice_when_it_moves_again) {
  coop_cooperator *cooperator = new_timed(host, 10);
  worker a = {.work = stand_still_then_take_time};
  worker_add(host, cooperator, &a);
  CHECK_EQUAL(slice_length(host), 0); /* S15 */
  CHECK(slice_length(host) < 75);
  CHECK(slice_length(host) < 11);
  stop_and_drop(&a, 1);
}

static coop_turn set_the_clock(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 3 ? *(const double *)self->data : 1;
  return COOP_MORE;
}

HOST_TEST(S3_a_clock_that_is_set_back_does_not_make_a_slice_endless) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double jump_ms = -1e9;
  worker a = {.work = set_the_clock, .data = &jump_ms};
  worker_add(host, cooperator, &a);
  slice_length(host);
  CHECK(a.turns <= 21);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(stats.busy_ms >= 10 && stats.longest_slice_ms >= 10); /* without the turn in which the clock was set */
  unsigned before = a.turns;
  slice_length(host);
  CHECK_EQUAL(a.turns - before, 10);
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(stats.busy_ms >= 0 && stats.longest_turn_ms >= 0 && stats.longest_slice_ms >= 0);
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_a_clock_that_is_set_forward_ends_the_slice) {
  coop_cooperator *cooperator = new_timed(host, 10);
  double jump_ms = 1e9;
  worker a = {.work = set_the_clock, .data = &jump_ms};
  worker_add(host, cooperator, &a);
  slice_length(host);
  CHECK_EQUAL(a.turns, 3);
  slice_length(host);
  CHECK_EQUAL(a.turns, 13);
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_without_a_clock_a_slice_ends_when_no_task_is_runnable) {
  host->hooks.now_ms = NULL;
  coop_cooperator *cooperator = new_timed(host, 5);
  worker workers[] = {{.until = 1000}, {.until = 2000}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(workers[1].turns, 2000);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK_EQUAL(stats.slices, 1);
  CHECK_EQUAL(stats.turns, 3000);
  CHECK(stats.busy_ms == 0 && stats.longest_slice_ms == 0 && stats.longest_turn_ms == 0);
  stop_and_drop(workers, 2);
}

HOST_TEST(S3_without_a_clock_a_slice_ends_by_its_number_of_turns) {
  host->hooks.now_ms = NULL;
  coop_cooperator *cooperator = new_cooperator(host, 2);
  worker a = {.name = "A", .until = 3};
  worker_add(host, cooperator, &a);
  host_pump_all(host, 2);
  EXPECT(host, "schedule, A1, A2, schedule, A3");
  stop_and_drop(&a, 1);
}

HOST_TEST(S3_an_invalid_slice_length_is_refused) {
  static const double bad[] = {-1, -1e-9, (double)NAN, -(double)INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    coop_cooperator *cooperator = NULL;
    CHECK_STATUS(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.slice_ms = bad[i]}, &cooperator),
                 COOP_INVALID_ARGUMENT);
    CHECK(cooperator == NULL);
  }
}

HOST_TEST(S3_a_slice_may_be_unlimited) {
  coop_cooperator *cooperator = new_timed(host, (double)INFINITY);
  double turn_ms = 100;
  worker a = {.work = take_time, .data = &turn_ms, .until = 1000};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule");
  CHECK_EQUAL(a.turns, 1000);
  stop_and_drop(&a, 1);
}

/* ---- limits set by a factory ---- */

typedef struct limits {
  coop_slice_limit limit;
  unsigned calls;
  unsigned over_after;
} limits;

static coop_status set_limits(void *context, coop_slice_limit *limit) {
  limits *self = context;
  CHECK(isinf(limit->ms) && limit->turns == 0 && !limit->ask);
  self->calls = 0;
  *limit = self->limit;
  return COOP_OK;
}

static bool count_call(void *context) {
  limits *self = context;
  return ++self->calls >= self->over_after;
}

HOST_TEST(S3_a_slice_ends_at_the_first_limit_it_reaches) {
  static const struct {
    coop_slice_limit limit;
    unsigned over_after;
    unsigned turns;
  } expected[] = {
      {{.ms = 4, .turns = 0}, 0, 4},
      {{.ms = 4, .turns = 3}, 0, 3},
      {{.ms = 2, .turns = 3}, 0, 2},
      {{.ms = 7, .turns = 6, .ask = true}, 5, 5},
      {{.ms = 4, .turns = 6, .ask = true}, 5, 4},
      {{.ms = 7, .turns = 3, .ask = true}, 5, 3},
      {{.ms = 1000, .turns = 0, .ask = true}, 20, 20},
  };
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    limits set = {.limit = expected[i].limit, .over_after = expected[i].over_after};
    coop_cooperator *cooperator = NULL;
    OK(coop_cooperator_create(
        &host->hooks,
        &(coop_cooperator_options){
            .slice_ms = 1, .predicate_factory = set_limits, .predicate = count_call, .context = &set},
        &cooperator));
    double turn_ms = 1;
    worker a = {.work = take_time, .data = &turn_ms};
    worker_add(host, cooperator, &a);
    slice_length(host);
    CHECK_EQUAL(a.turns, expected[i].turns);
    slice_length(host);
    CHECK_EQUAL(a.turns, 2 * expected[i].turns);
    stop_and_drop(&a, 1);
  }
}

/* ---- should_yield ---- */

static coop_turn check_in_a_long_turn(coop_task *task, worker *self) {
  (void)task;
  CHECK(!coop_cooperator_should_yield(self->cooperator));
  self->host->now_ms += 9.5;
  CHECK(!coop_cooperator_should_yield(self->cooperator));
  self->host->now_ms += 1;
  CHECK(coop_cooperator_should_yield(self->cooperator));
  return COOP_MORE;
}

HOST_TEST(S3_should_yield_is_true_when_the_time_of_the_slice_is_over) {
  coop_cooperator *cooperator = new_timed(host, 10);
  worker a = {.work = check_in_a_long_turn};
  worker_add(host, cooperator, &a);
  slice_length(host);
  CHECK_EQUAL(a.turns, 1);
  CHECK(coop_cooperator_should_yield(cooperator));
  slice_length(host);
  CHECK_EQUAL(a.turns, 2);
  stop_and_drop(&a, 1);
}

/* ---- statistics ---- */

static bool near(double actual, double expected) { return fabs(actual - expected) < 0.001; }

HOST_TEST(statistics_count_turns_slices_and_time) {
  coop_cooperator *cooperator = new_timed(host, 10);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(stats.slices == 0 && stats.turns == 0 && stats.busy_ms == 0);
  double durations[] = {1, 3};
  worker workers[] = {{.work = take_time, .data = &durations[0], .until = 8},
                      {.work = take_time, .data = &durations[1], .until = 5}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump_all(host, 9);
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK_EQUAL(stats.turns, 13);
  CHECK(near(stats.busy_ms, 8 * 1 + 5 * 3));
  CHECK(near(stats.longest_turn_ms, 3));
  CHECK(stats.slices >= 2 && stats.longest_slice_ms >= 10 && stats.longest_slice_ms <= 13);
  for (int i = 0; i < 2; i++) {
    coop_task_stats task;
    coop_task_get_stats(workers[i].task, &task);
    CHECK_EQUAL(task.turns, workers[i].until);
    CHECK(near(task.busy_ms, workers[i].until * durations[i]));
    CHECK(near(task.longest_turn_ms, durations[i]));
  }
  stop_and_drop(workers, 2);
}

/* Lets a slice go on until the task has had 50 turns, and pauses it then. */
static coop_status ask_after_every_turn(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->ask = true;
  return COOP_OK;
}

static bool pause_after_50_turns(void *context) {
  const worker *self = context;
  if (self->turns == 50) OK(coop_task_pause(self->task));
  return false;
}

HOST_TEST(statistics_count_the_turns_since_the_last_reading_of_the_clock_when_a_predicate_empties_the_queue) {
  worker a = {.until = 100};
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks,
                            &(coop_cooperator_options){
                                .predicate_factory = ask_after_every_turn,
                                .predicate = pause_after_50_turns,
                                .context = &a,
                            },
                            &cooperator));
  worker_add(host, cooperator, &a);
  const size_t readings = host->readings;
  host_pump_all(host, 1);
  CHECK(host->readings - readings < 40);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK_EQUAL(stats.turns, 50);
  host_forget(host);
  stop_and_drop(&a, 1);
}

/* A hundred turns of 0.001 ms, and a last one of 3 ms. */
static coop_turn end_with_a_long_turn(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 101 ? 3 : 0.001;
  return self->turns == 101 ? COOP_DONE : COOP_MORE;
}

static void check_busy_time(coop_task *task, worker *self) {
  coop_task_stats stats;
  coop_task_get_stats(task, &stats);
  CHECK_EQUAL(stats.turns, 101);
  CHECK(stats.busy_ms > *(const double *)self->data);
}

HOST_TEST(a_close_function_finds_the_time_of_the_last_turn_in_the_statistics) {
  /* Alone, the task has all of it; beside another one, what the meter takes for its part. */
  static const double least_ms[] = {3.099, 0.15};
  for (int others = 0; others < 2; others++) {
    coop_cooperator *cooperator = new_timed(host, 10);
    double busy_ms = least_ms[others], turn_ms = 0.001;
    worker workers[] = {{.work = end_with_a_long_turn, .on_close = check_busy_time, .data = &busy_ms},
                        {.work = take_time, .data = &turn_ms, .until = 150}};
    for (int i = 0; i <= others; i++) worker_add(host, cooperator, &workers[i]);
    host_pump_all(host, 1);
    CHECK_EQUAL(workers[0].closes, 1);
    host_forget(host);
    stop_and_drop(workers, 1 + (size_t)others);
  }
}

static void spend_time(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += *(const double *)self->data;
}

HOST_TEST(the_time_of_a_close_function_is_no_task_s_and_counts_for_the_slice) {
  static const double lengths_ms[] = {5, 20};
  for (int i = 0; i < 2; i++) {
    coop_cooperator *cooperator = new_timed(host, 10);
    double closing_ms = lengths_ms[i], turn_ms = 0.001;
    worker workers[] = {{.work = end_with_a_long_turn, .on_close = spend_time, .data = &closing_ms},
                        {.work = take_time, .data = &turn_ms, .until = 150}};
    worker_add(host, cooperator, &workers[0]);
    worker_add(host, cooperator, &workers[1]);
    slice_length(host);
    /* After 20 ms the slice is over, and the other task has no turn. */
    CHECK_EQUAL(workers[1].turns, i == 0 ? 150 : 100);
    host_pump_all(host, 1);
    coop_task_stats stats;
    coop_task_get_stats(workers[1].task, &stats);
    CHECK(near(stats.busy_ms, 150 * 0.001));
    CHECK(stats.longest_turn_ms < 1);
    host_forget(host);
    stop_and_drop(workers, 2);
  }
}

static coop_turn take_longer_each_time(coop_task *task, worker *self) {
  (void)task;
  static const double durations[] = {1, 2, 2, 5, 4};
  self->host->now_ms += durations[self->turns - 1];
  return self->turns == 5 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(long_turn_is_called_for_each_turn_that_is_longer_than_any_before) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = new_timed(host, 100);
  worker a = {.name = "A", .work = take_longer_each_time};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, longest A 1, A2, longest A 2, A3, A4, longest A 5, A5");
  stop_and_drop(&a, 1);
}

static coop_turn be_long_once(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 5000 ? 7 : 0.0005;
  return self->turns == 10000 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(a_long_turn_among_many_tiny_ones_is_found) {
  coop_cooperator *cooperator = new_timed(host, 10);
  worker workers[] = {{.work = be_long_once}, {.until = 10000}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump_all(host, 20);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(stats.longest_turn_ms > 6.9 && stats.longest_turn_ms < 7.1);
  CHECK(near(stats.busy_ms, 7 + 9999 * 0.0005));
  CHECK_EQUAL(stats.turns, 20000);
  stop_and_drop(workers, 2);
}

static coop_turn take_a_microsecond(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += 0.001;
  return COOP_MORE;
}

static coop_turn become_long(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns < 100 ? 0.0005 : 2;
  return self->turns == 110 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(long_turns_among_many_tiny_ones_are_attributed_to_their_task) {
  coop_cooperator *cooperator = new_timed(host, 10);
  static worker workers[50];
  for (size_t i = 0; i < 50; i++) {
    workers[i] = (worker){.work = i == 20 ? become_long : take_a_microsecond};
    worker_add(host, cooperator, &workers[i]);
  }
  while (workers[20].turns < 110) slice_length(host);
  coop_task_stats long_one, tiny_one;
  coop_task_get_stats(workers[20].task, &long_one);
  coop_task_get_stats(workers[30].task, &tiny_one);
  CHECK(near(long_one.longest_turn_ms, 2));
  CHECK(tiny_one.longest_turn_ms < 0.01);
  stop_and_drop(workers, 50);
}

static coop_turn wait_after_a_long_turn(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 24 ? 7 : 0.001;
  return self->turns == 24 ? COOP_WAIT : COOP_MORE;
}

static void count_known_long_turns(void *context, coop_cooperator *cooperator, coop_task *task, double duration_ms) {
  (void)cooperator;
  if (task != NULL && duration_ms > 1) host_log(context, "known");
}

HOST_TEST(a_long_turn_that_ends_in_a_wait_is_not_attributed_to_the_task_that_is_left) {
  host->hooks.long_turn = count_known_long_turns;
  coop_cooperator *cooperator = new_timed(host, 100);
  worker workers[] = {{.work = wait_after_a_long_turn}, {.work = take_a_microsecond}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  host_pump(host);
  CHECK_EQUAL(workers[0].turns, 24);
  CHECK_EQUAL(host_count(host, "known"), 0);
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  CHECK(near(stats.longest_turn_ms, 7));
  stop_and_drop(workers, 2);
}

static coop_status many_turns(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->turns = 1000;
  return COOP_OK;
}

static coop_turn take_a_while(coop_task *task, worker *self) {
  (void)task;
  static const double durations[] = {12, 11, 10, 9};
  self->host->now_ms += durations[self->turns - 1];
  return self->turns == 4 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(without_a_time_limit_long_turn_is_called_for_turns_that_are_longer_than_a_default_slice) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.predicate_factory = many_turns}, &cooperator));
  worker a = {.name = "A", .work = take_a_while};
  worker_add(host, cooperator, &a);
  host_pump(host);
  EXPECT(host, "schedule, A1, longest A 12, A2, longest A 11, A3, A4");
  worker_drop(&a);
  coop_cooperator_destroy(cooperator);
}

static coop_turn take_seven(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += 7;
  return self->turns == 3 ? COOP_DONE : COOP_MORE;
}

HOST_TEST(long_turn_is_called_for_every_turn_that_is_longer_than_the_slice) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = new_timed(host, 5);
  worker a = {.name = "A", .work = take_seven};
  worker_add(host, cooperator, &a);
  host_pump_all(host, 4);
  EXPECT(host, "schedule, A1, longest A 7, schedule, A2, longest A 7, schedule, A3, longest A 7");
  stop_and_drop(&a, 1);
}

static coop_status one_turn(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->turns = 1;
  return COOP_OK;
}

/* Turns 50 and 60 are long, the second less so. */
static coop_turn block_twice(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 50 ? 20 : self->turns == 60 ? 15 : 0.001;
  return COOP_MORE;
}

HOST_TEST(long_turn_is_called_for_the_turns_of_slices_of_one_turn_that_are_longer_than_the_default) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = NULL;
  OK(coop_cooperator_create(&host->hooks, &(coop_cooperator_options){.predicate_factory = one_turn}, &cooperator));
  worker a = {.name = "A", .work = block_twice};
  worker_add(host, cooperator, &a);
  while (a.turns < 49) host_pump(host);
  host_forget(host);
  for (int slice = 0; slice < 2; slice++) host_pump(host);
  EXPECT(host, "A50, longest A 20, schedule, A51, schedule");
  while (a.turns < 59) host_pump(host);
  host_forget(host);
  host_pump(host);
  EXPECT(host, "A60, longest A 15, schedule");
  stop_and_drop(&a, 1);
}

static coop_status ask_each_turn(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->ask = true;
  return COOP_OK;
}

static bool end_each_slice(void *context) {
  worker *stopped = *(worker **)context;
  if (stopped != NULL) (void)coop_task_stop(stopped->task);
  return true;
}

HOST_TEST(long_turn_is_called_for_the_turn_after_which_a_predicate_ends_the_slice) {
  host_watch_long_turns(host);
  worker a = {.name = "A", .work = block_twice}, *stopped = NULL;
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {
      .predicate_factory = ask_each_turn, .predicate = end_each_slice, .context = &stopped};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  worker_add(host, cooperator, &a);
  while (a.turns < 49) host_pump(host);
  host_forget(host);
  host_pump(host);
  EXPECT(host, "A50, longest A 20, schedule");
  while (a.turns < 59) host_pump(host);
  host_forget(host);
  stopped = &a; /* the predicate stops the task that it ends the slice after */
  host_pump(host);
  EXPECT(host, "A60, longest A 15");
  stop_and_drop(&a, 1);
}

static coop_turn block_and_wait(coop_task *task, worker *self) {
  return block_twice(task, self) == COOP_MORE ? COOP_WAIT : COOP_FAILED;
}

HOST_TEST(long_turn_is_called_for_a_turn_that_waits_and_leaves_the_queue_empty) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = new_timed(host, 10);
  worker a = {.name = "A", .work = block_and_wait};
  worker_add(host, cooperator, &a);
  for (unsigned turn = 1; turn < 50; turn++) {
    host_pump(host);
    coop_task_wake(a.task);
  }
  host_forget(host);
  host_pump(host);
  EXPECT(host, "A50, longest A 20");
  stop_and_drop(&a, 1);
}

static coop_turn block_and_leave(coop_task *task, worker *self) {
  (void)task;
  self->host->now_ms += self->turns == 50 ? 20 : 0.001;
  return self->turns == 50 ? COOP_WAIT : COOP_MORE;
}

HOST_TEST(long_turn_names_no_task_if_the_one_that_had_the_turn_has_left_since) {
  host_watch_long_turns(host);
  coop_cooperator *cooperator = new_timed(host, 100);
  worker workers[] = {{.work = block_and_leave}, {.work = take_a_microsecond}};
  worker_add(host, cooperator, &workers[0]);
  worker_add(host, cooperator, &workers[1]);
  while (workers[0].turns < 50) host_pump(host);
  EXPECT(host, "schedule, longest unnamed 0.001, longest some 19.999, schedule");
  stop_and_drop(workers, 2);
}

static bool end_when_called(void *context) {
  ++*(int *)context;
  return true;
}

static coop_status hint_only(void *context, coop_slice_limit *limit) {
  (void)context;
  limit->ms = 1000;
  limit->hint = true;
  return COOP_OK;
}

HOST_TEST(a_hint_predicate_is_called_when_the_clock_is_read_and_ends_the_slice) {
  int calls = 0;
  coop_cooperator *cooperator = NULL;
  const coop_cooperator_options options = {
      .predicate_factory = hint_only, .predicate = end_when_called, .context = &calls};
  OK(coop_cooperator_create(&host->hooks, &options, &cooperator));
  worker a = {.work = take_a_microsecond};
  worker_add(host, cooperator, &a);
  for (int slice = 1; slice <= 20; slice++) {
    const unsigned before = a.turns;
    host_pump(host);
    CHECK_EQUAL(calls, slice);
    CHECK(a.turns - before >= 1 && a.turns - before <= 64);
  }
  CHECK(a.turns > 100); /* so it was not called after every turn */
  host_forget(host);
  stop_and_drop(&a, 1);
}
