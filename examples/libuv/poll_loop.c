/* Counts the bytes of its standard input and, while there are none to read, primes. */
#include <cooperator/iterator.h>
#include <cooperator/stdhost.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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

int main(void) {
  coop_stdhost host;
  coop_cooperator *cooperator;
  struct count count = {0};
  coop_stdhost_init(&host);
  if (coop_cooperator_create(&host.hooks, NULL, &cooperator) != COOP_OK ||
      coop_cooperate(cooperator, (coop_iterator){.step = count_next, .state = &count}, NULL) != COOP_OK)
    return EXIT_FAILURE;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  unsigned long bytes = 0;
  while (input.fd >= 0 || coop_stdhost_pending(&host)) {
    const int timeout = coop_stdhost_pending(&host) ? 0 : -1; /* sleep only if no task is runnable */
    if (poll(&input, 1, timeout) > 0) {
      char buffer[4096];
      const ssize_t length = read(input.fd, buffer, sizeof buffer);
      if (length > 0)
        bytes += (unsigned long)length;
      else
        input.fd = -1; /* poll ignores it */
    }
    coop_stdhost_run_once(&host);
  }
  printf("%lu bytes, %u primes\n", bytes, count.primes);
  coop_cooperator_destroy(cooperator);
  coop_stdhost_destroy(&host);
}
