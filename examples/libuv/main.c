/*
 * Two computations, a task that waits, and a timer on one libuv loop. The timer keeps firing while the tasks compute.
 * One Deferred fires in time; another does not fire and times out.
 */

#include <cooperator/iterator.h>
#include <stdio.h>
#include <stdlib.h>

#include "uv_host.h"

enum { BEATS = 20, BEAT_MS = 5, SOON_MS = 10, MUCH_LATER_MS = 10000 };

static int beats; /* of the timer; the computations end when it has fired BEATS times */

static void beat(uv_timer_t *timer) {
  if (++beats == BEATS) uv_close((uv_handle_t *)timer, NULL);
}

struct count {
  COOP_ITERATOR;
  unsigned n, primes;
};

static coop_turn count_next(coop_task *task, void *state) {
  struct count *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->n = 2; beats < BEATS; self->n++) {
    {
      unsigned divisor = 2;
      while (divisor * divisor <= self->n && self->n % divisor != 0) divisor++;
      self->primes += divisor * divisor > self->n;
    }
    COOP_YIELD(self);
  }
  COOP_END(self);
}

/* A reply, which comes from a timer here and from a socket in a real program. */
struct reply {
  uv_timer_t timer;
  coop_deferred *deferred;
};

static void receive(uv_timer_t *timer) {
  struct reply *reply = timer->data;
  (void)coop_deferred_callback(reply->deferred, "the reply");
  uv_close((uv_handle_t *)timer, NULL);
}

static void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(EXIT_FAILURE);
}

struct request {
  COOP_ITERATOR;
  uv_host *host;
  struct reply reply;
  coop_deferred *silence;
  const char *received;
  coop_status timed_out;
};

static coop_turn request_next(coop_task *task, void *state) {
  struct request *self = state;
  COOP_BEGIN(self);
  must(coop_deferred_create(&self->host->hooks, NULL, NULL, &self->reply.deferred) == COOP_OK, "a Deferred");
  must(uv_host_add_timeout(self->host, self->reply.deferred, MUCH_LATER_MS) == COOP_OK, "its timeout");
  must(uv_timer_start(&self->reply.timer, receive, SOON_MS, 0) == 0, "the reply's timer");
  COOP_AWAIT(self, task, self->reply.deferred);
  self->received = coop_task_awaited(task).value;

  must(coop_deferred_create(&self->host->hooks, NULL, NULL, &self->silence) == COOP_OK, "a Deferred");
  must(uv_host_add_timeout(self->host, self->silence, SOON_MS) == COOP_OK, "its timeout");
  COOP_AWAIT(self, task, self->silence);
  self->timed_out = coop_task_awaited(task).status;
  COOP_END(self);
}

static void add(coop_cooperator *cooperator, coop_step_fn step, void *state) {
  must(coop_cooperate(cooperator, (coop_iterator){.step = step, .state = state}, NULL) == COOP_OK, "a task");
}

int main(void) {
  uv_loop_t *loop = uv_default_loop();
  uv_host host;
  coop_cooperator *cooperator;
  must(uv_host_open(&host, loop) == 0, "uv_host_open");
  must(coop_cooperator_create(&host.hooks, NULL, &cooperator) == COOP_OK, "coop_cooperator_create");

  uv_timer_t heart;
  must(uv_timer_init(loop, &heart) == 0 && uv_timer_start(&heart, beat, BEAT_MS, BEAT_MS) == 0, "the timer");
  struct count counts[2] = {{.n = 0}, {.n = 0}};
  struct request request = {.host = &host};
  must(uv_timer_init(loop, &request.reply.timer) == 0, "the reply's timer");
  request.reply.timer.data = &request.reply;
  for (int i = 0; i < 2; i++) add(cooperator, count_next, &counts[i]);
  add(cooperator, request_next, &request);

  must(uv_run(loop, UV_RUN_DEFAULT) == 0, "the loop ends when nothing is left to do");
  must(coop_cooperator_first_task(cooperator) == NULL, "all tasks have finished");
  printf("%d beats while two tasks counted the primes below %u and %u: %u and %u\n", beats, counts[0].n, counts[1].n,
         counts[0].primes, counts[1].primes);
  printf("received: %s; then: %s\n", request.received, coop_status_message(request.timed_out));
  must(request.received != NULL, "the reply came before its timeout");
  must(request.timed_out == COOP_TIMED_OUT, "the other request timed out");

  coop_deferred_release(request.reply.deferred);
  coop_deferred_release(request.silence);
  coop_cooperator_destroy(cooperator);
  uv_host_close(&host);
  must(uv_run(loop, UV_RUN_DEFAULT) == 0 && uv_loop_close(loop) == 0, "the loop is empty");
}
