/* Tasks of a C program that links the library, and a baseline: the same steps, called by a loop that reads the clock
   now and then, as any loop must that is to end in time. */
#include <cooperator/stdhost.h>
#include <stdlib.h>

#include "count.h"

extern double bench_now_ms(void);

static double now_ms(void *context) {
  (void)context;
  return bench_now_ms();
}

static coop_turn step(coop_task *task, void *state) {
  (void)task;
  return (coop_turn)count(state);
}

static struct bare {
  coop_step_fn step;
  void *state;
} * bare;
static uint32_t tasks;
static coop_stdhost host;
static coop_cooperator *cooperator;

/* Called once. Adds `number` tasks, and sets up as many steps and states for the baseline. Returns 0 without memory. */
int EXPORT(create)(uint32_t number) {
  uint32_t *states = calloc(2 * number, sizeof *states);
  bare = malloc(number * sizeof *bare);
  coop_stdhost_init(&host);
  host.hooks.now_ms = now_ms; /* its own clock is slower: Emscripten reads the time through WASI here */
  if (states == NULL || bare == NULL || coop_cooperator_create(&host.hooks, NULL, &cooperator) != COOP_OK) return 0;
  tasks = number;
  for (uint32_t i = 0; i < number; i++) {
    bare[i] = (struct bare){step, &states[i]};
    if (coop_cooperate(cooperator, (coop_iterator){.step = step, .state = &states[number + i]}, NULL) != COOP_OK)
      return 0;
  }
  return 1;
}

/* Runs one slice of the default length. */
void EXPORT(slice)(void) { (void)coop_stdhost_run_once(&host); }

double EXPORT(turns)(void) {
  coop_cooperator_stats stats;
  coop_cooperator_get_stats(cooperator, &stats);
  return (double)stats.turns;
}

enum { TURNS_PER_READING = 64 }; /* as often as the library reads the clock with such short turns */

/* Calls every step of the baseline `number` times, or for an hour. Returns how many calls did not return COOP_MORE. */
uint32_t EXPORT(rounds)(uint32_t number) {
  const double end_ms = bench_now_ms() + 3600e3;
  uint32_t ended = 0, turns = 0;
  for (; number != 0; number--)
    for (uint32_t i = 0; i < tasks; i++) {
      ended += bare[i].step(NULL, bare[i].state) != COOP_MORE;
      if (++turns % TURNS_PER_READING == 0 && bench_now_ms() > end_ms) return ended;
    }
  return ended;
}
