#ifndef COOPERATOR_STATUS_H
#define COOPERATOR_STATUS_H

/**
 * @file status.h
 * What a call can answer. One list makes the enum, the names and the messages; the error classes of the
 * JavaScript package are held to the same list by a test.
 *
 * A call that answers anything but COOP_OK has changed nothing.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** X(NAME, number, message). Numbers are part of the binary interface: add at the end, never renumber. */
#define COOP_STATUS_LIST(X)                                                  \
  X(OK, 0, "no error")                                                       \
  X(PENDING, 1, "there is no result yet")                                    \
  X(FAILURE, 2, "the program's own failure; the value beside it says which") \
  X(NO_MEMORY, 3, "the host could not supply memory")                        \
  X(INVALID_ARGUMENT, 4, "an argument is NULL or out of its range")          \
  X(SCHEDULER_STOPPED, 5, "the cooperator was stopped")                      \
  X(TASK_DONE, 6, "the task has finished: its iterator is exhausted")        \
  X(TASK_FAILED, 7, "the task has finished: its iterator failed")            \
  X(TASK_STOPPED, 8, "the task has finished: it was stopped")                \
  X(NOT_PAUSED, 9, "there is no pause to take back")                         \
  X(ALREADY_CALLED, 10, "the deferred has been fired before")                \
  X(CANCELLED, 11, "the deferred was cancelled")                             \
  X(TIMED_OUT, 12, "the deferred was cancelled because its time was over")   \
  X(CIRCULAR, 13, "the deferred would wait for itself")                      \
  X(HOST_FAILED, 14, "a hook of the host failed")

typedef enum coop_status {
#define COOP_STATUS_ENUM(name, number, message) COOP_##name = (number),
  COOP_STATUS_LIST(COOP_STATUS_ENUM)
#undef COOP_STATUS_ENUM
} coop_status;

/** The name of a status without its prefix, "TASK_DONE" say; "UNKNOWN" for a number that is none. Static. */
const char *coop_status_name(coop_status status);

/** A sentence for people, in English; static, never NULL. */
const char *coop_status_message(coop_status status);

#ifdef __cplusplus
}
#endif

#endif
