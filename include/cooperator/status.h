#ifndef COOPERATOR_STATUS_H
#define COOPERATOR_STATUS_H

/**
 * @file status.h
 * The statuses that calls return. One list defines the enum, the names and the messages; a test compares the error
 * classes of the JavaScript package with it.
 *
 * A call that returns anything but COOP_OK has changed nothing, unless its description says otherwise.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** X(NAME, number, message). The numbers are part of the binary interface: append, never renumber. */
#define COOP_STATUS_LIST(X)                                           \
  X(OK, 0, "no error")                                                \
  X(PENDING, 1, "there is no result yet")                             \
  X(FAILURE, 2, "an error of the program; see the value beside it")   \
  X(NO_MEMORY, 3, "the host has no memory left")                      \
  X(INVALID_ARGUMENT, 4, "an argument is NULL or out of range")       \
  X(SCHEDULER_STOPPED, 5, "the cooperator was stopped")               \
  X(TASK_DONE, 6, "the task has finished: its iterator is exhausted") \
  X(TASK_FAILED, 7, "the task has finished: its iterator failed")     \
  X(TASK_STOPPED, 8, "the task has finished: it was stopped")         \
  X(NOT_PAUSED, 9, "it is not paused")                                \
  X(ALREADY_CALLED, 10, "the deferred has already fired")             \
  X(CANCELLED, 11, "the deferred was cancelled")                      \
  X(TIMED_OUT, 12, "the deferred was cancelled by its timeout")       \
  X(CIRCULAR, 13, "the deferred would wait for itself")               \
  X(HOST_FAILED, 14, "a function of the host failed")

typedef enum coop_status {
#define COOP_STATUS_ENUM(name, number, message) COOP_##name = (number),
  COOP_STATUS_LIST(COOP_STATUS_ENUM)
#undef COOP_STATUS_ENUM
} coop_status;

/** The name of a status without its prefix, such as "TASK_DONE"; "UNKNOWN" for any other number. Static, never NULL. */
const char *coop_status_name(coop_status status);

/** A message for people, in English. Static, never NULL. */
const char *coop_status_message(coop_status status);

#ifdef __cplusplus
}
#endif

#endif
