#ifndef COOPERATOR_WASM_INTERFACE_H
#define COOPERATOR_WASM_INTERFACE_H

/*
 * The types of the interface to JavaScript that are not in the public headers. JavaScript gets their values and offsets
 * through constants.c.
 */

#include <stdint.h>

/* The number of a JavaScript object in the table of js/core/handles.js; 0: none. */
typedef uint32_t handle;

/*
 * What host_invoke does with the object that it gets, and its other two arguments:
 * - CALLBACK: runs a callback pair on a coop_result, which it replaces (pointer, unused)
 * - OBSERVER: reports a result to an observer (status, value); returns 1 if the observer handles a failure
 * - CANCELLER: calls the canceller of a Deferred (unused, unused)
 * - START_TIMER: starts a timer for a coop_timeout (pointer, unused); returns 0 on success
 * - STOP_TIMER: stops a timer (unused, unused)
 */
typedef enum invocation { CALLBACK, OBSERVER, CANCELLER, START_TIMER, STOP_TIMER } invocation;

/* One function that a C program offers to JavaScript: see program.c. */
typedef struct entry {
  const char *name;
  void (*function)(void);
} entry;

#endif
