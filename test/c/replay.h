#ifndef REPLAY_H
#define REPLAY_H

/**
 * @file replay.h
 * Replays scripts of test/traces, whose README.md has the format, on the core.
 */

#include "fake_host.h"

/** Memory that fails: 0 none, else the number of the allocation, all after it too if `on`. */
typedef struct replay_trouble {
  size_t fail_at;
  bool on;
} replay_trouble;

typedef struct replay_report {
  size_t allocations;
  bool failed;   /**< there was an allocation with that number */
  bool absorbed; /**< no call said so: a Deferred could not wait for another, and failed; the log may differ by that */
} replay_report;

/** Does the script use what only JavaScript has? */
bool replay_is_for_js(const char *script);

/**
 * Replays a script on a host of its own, and checks after each command that the core's lists are consistent, and at the
 * end that all memory is back. A call that finds no memory is made again, once.
 * @return the log, to be freed: each line of the script, with the events that it has caused below it
 */
char *replay_script(const char *script, replay_trouble trouble, replay_report *report);

/** Replays what a fuzzer has made of a script, and may make no sense. */
void replay_input(const unsigned char *data, size_t size);

#endif
