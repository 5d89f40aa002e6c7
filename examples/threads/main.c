/*
 * Counts primes in turns on a second thread. Meanwhile the first thread counts the bytes of its standard input.
 *
 * The second thread runs the code of a turn and nothing else. Only the first one calls the library, which is not
 * thread-safe. While the second thread works, the turn is suspended: no other task has a turn.
 */
#include <cooperator/stdhost.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct count {
  unsigned next, end, primes;
};

/* One turn, of a millisecond or so. */
static coop_turn count_some(struct count *self) {
  for (int i = 0; i < 20000 && self->next < self->end; i++, self->next++) {
    unsigned divisor = 2;
    while (divisor * divisor <= self->next && self->next % divisor != 0) divisor++;
    self->primes += divisor * divisor > self->next;
  }
  return self->next == self->end ? COOP_DONE : COOP_MORE;
}

struct loop {
  coop_stdhost host; /* provides memory and the clock; first, because it is the context of the hooks */
  coop_cooperator *cooperator;
  bool slice_requested, turn_suspended;
  int turns[2]; /* a pipe to the second thread: the state of the task whose turn it is */
  int ends[2];  /* a pipe back: what the turn has returned */
};

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  (void)cooperator;
  ((struct loop *)context)->slice_requested = true;
  return COOP_OK;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  (void)cooperator;
  ((struct loop *)context)->slice_requested = false;
}

static void *run_turns(void *context) {
  const struct loop *loop = context;
  struct count *state;
  while (read(loop->turns[0], &state, sizeof state) == sizeof state) {
    const coop_turn turn = count_some(state);
    if (write(loop->ends[1], &turn, sizeof turn) != sizeof turn) break;
  }
  return NULL;
}

/* Suspends the turn of `task`, if there is one, and lets the second thread run it. */
static void start_turn(struct loop *loop, coop_task *task) {
  loop->turn_suspended = task != NULL;
  if (task == NULL) return; /* the slice is over */
  coop_cooperator_suspend_turn(loop->cooperator);
  void *state = coop_task_iterator_state(task);
  if (write(loop->turns[1], &state, sizeof state) != sizeof state) abort();
}

static void finish_turn(struct loop *loop) {
  coop_turn turn;
  if (read(loop->ends[0], &turn, sizeof turn) != sizeof turn) abort();
  start_turn(loop, coop_cooperator_end_turn(loop->cooperator, turn));
}

static void start_slice(struct loop *loop) {
  loop->slice_requested = false;
  start_turn(loop, coop_cooperator_begin_slice(loop->cooperator));
}

static bool add(struct loop *loop, struct count *state) {
  const coop_iterator iterator = {.step = NULL, .state = state}; /* without a step: the host runs the turns */
  return coop_cooperate(loop->cooperator, iterator, NULL) == COOP_OK;
}

int main(void) {
  struct loop loop = {0};
  pthread_t thread;
  struct count low = {.next = 2, .end = 100000}, high = {.next = 100000, .end = 200000};
  coop_stdhost_init(&loop.host);
  loop.host.hooks.schedule = schedule;
  loop.host.hooks.cancel = cancel;
  const coop_cooperator_options options = {.fairness = COOP_FAIR_BY_TIME};
  if (coop_cooperator_create(&loop.host.hooks, &options, &loop.cooperator) != COOP_OK || pipe(loop.turns) != 0 ||
      pipe(loop.ends) != 0 || pthread_create(&thread, NULL, run_turns, &loop) != 0 || !add(&loop, &low) ||
      !add(&loop, &high))
    return EXIT_FAILURE;

  struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = loop.ends[0], .events = POLLIN}};
  unsigned long bytes = 0, during_turns = 0;
  while (sources[0].fd >= 0 || loop.slice_requested || loop.turn_suspended) {
    if (loop.slice_requested) start_slice(&loop);
    if (poll(sources, 2, loop.slice_requested ? 0 : -1) <= 0) continue;
    if (sources[0].revents != 0) {
      char buffer[4096];
      const ssize_t length = read(sources[0].fd, buffer, sizeof buffer);
      if (length <= 0) sources[0].fd = -1; /* poll ignores it */
      if (length > 0) bytes += (unsigned long)length;
      if (length > 0 && loop.turn_suspended) during_turns += (unsigned long)length;
    }
    if (sources[1].revents != 0) finish_turn(&loop);
  }

  printf("%lu bytes, %lu of them during turns; %u + %u primes\n", bytes, during_turns, low.primes, high.primes);
  coop_cooperator_destroy(loop.cooperator);
  coop_stdhost_destroy(&loop.host);
  (void)close(loop.turns[1]); /* ends the thread */
  pthread_join(thread, NULL);
  return EXIT_SUCCESS;
}
