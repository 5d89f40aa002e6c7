#ifndef REPLAY_H
#define REPLAY_H

/**
 * @file replay.h
 * Replays scripts on the core. test/traces/README.md describes their format.
 */

#include "fake_host.h"

/** Which allocation fails, from 1; 0: none. With `on`, all later ones fail too. */
typedef struct replay_trouble {
  size_t fail_at;
  bool on;
} replay_trouble;

typedef struct replay_report {
  size_t allocations;
  bool failed;   /**< an allocation failed */
  bool absorbed; /**< no call returned COOP_NO_MEMORY: a Deferred failed instead, so the log may differ */
} replay_report;

/** Whether the script needs something that only JavaScript has. */
bool replay_is_for_js(const char *script);

/**
 * Replays a script on a host of its own. Checks after each command that the lists of the core are consistent, and at
 * the end that nothing leaked. A call that fails for lack of memory is repeated once.
 * @return the log: each line of the script, followed by the events that it caused. Freed by the caller
 */
char *replay_script(const char *script, replay_trouble trouble, replay_report *report);

/** Replays the input of a fuzzer, which may be no valid script. */
void replay_input(const unsigned char *data, size_t size);

#endif
