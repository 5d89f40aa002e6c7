/* Counts the bytes of its input and, whenever there are none to read, primes. */
#include <cooperator/iterator.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct count {
  COOP_ITERATOR;
  unsigned n, primes;
};

static coop_turn count_next(coop_task *task, void *state) {
  struct count *self = state;
  (void)task;
  COOP_BEGIN(self);
  for (self->n = 2; self->n < 200000; self->n++) {
    {
      unsigned divisor = 2;
      while (divisor * divisor <= self->n && self->n % divisor != 0) divisor++;
      self->primes += divisor * divisor > self->n;
    }
    COOP_YIELD(self);
  }
  COOP_END(self);
}

static void *allocate(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context, (void)size;
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  *(coop_cooperator **)context = cooperator;
  return COOP_OK;
}

int main(void) {
  coop_cooperator *pending = NULL, *cooperator;
  const coop_host host = {&pending, .allocate = allocate, .free = free_block, .now_ms = now_ms, .schedule = schedule};
  struct count count = {0};
  if (coop_cooperator_create(&host, NULL, &cooperator) != COOP_OK ||
      coop_cooperate(cooperator, (coop_iterator){.step = count_next, .state = &count}, NULL) != COOP_OK)
    return EXIT_FAILURE;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  unsigned long bytes = 0;
  while (input.fd >= 0 || pending != NULL) {
    if (poll(&input, 1, pending != NULL ? 0 : -1) > 0) { /* sleeps only where no task is runnable */
      char buffer[4096];
      const ssize_t length = read(input.fd, buffer, sizeof buffer);
      if (length > 0)
        bytes += (unsigned long)length;
      else
        input.fd = -1; /* poll ignores that */
    }
    coop_cooperator *next = pending;
    pending = NULL; /* first: the slice may ask for the next one */
    coop_cooperator_run_slice(next);
  }
  printf("%lu bytes, %u primes\n", bytes, count.primes);
  coop_cooperator_destroy(cooperator);
}
