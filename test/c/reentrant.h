#ifndef REENTRANT_H
#define REENTRANT_H

/**
 * @file reentrant.h
 * Calls public functions of the library, chosen by the bytes of an input, from wherever the library calls the program:
 * steps, stop and close functions, cancellers, callbacks, observers, drop functions, clocks, predicates and hooks of the
 * host. Each may call every function that include/cooperator/host.h lets it call, with any object that the program has
 * a reference to, has been lent for the duration of a call, or has not finished with.
 *
 * Memory is malloc's, so that AddressSanitizer sees each use of freed memory. At the end everything is released, and
 * nothing may be left: no memory, no context of a callback, no iterator that was not closed, no value that the library
 * still owns. Failures are counted by check.h.
 */

#include <stdbool.h>
#include <stddef.h>

/** From where the program calls. The functions of the host that must only query come last. */
/* clang-format off */
#define REENTRANT_ORIGINS(X)                                                              \
  X(OUTSIDE) X(STEP) X(STOP) X(CLOSE) X(CANCELLER) X(CALLBACK) X(ERRBACK) X(OBSERVER)     \
  X(DROP) X(CALL_LATER) X(CANCEL_CALL) X(FACTORY) X(PREDICATE) X(SCHEDULE) X(UNHANDLED)   \
  X(RELEASE) X(CANCEL_SLICE) X(SETTLED) X(LONG_TURN)
/* clang-format on */

typedef enum reentrant_origin {
#define REENTRANT_ORIGIN(name) FROM_##name,
  REENTRANT_ORIGINS(REENTRANT_ORIGIN)
#undef REENTRANT_ORIGIN
      REENTRANT_ORIGIN_COUNT,
  FROM_FIRST_THAT_QUERIES = FROM_CANCEL_SLICE
} reentrant_origin;

/** A public function. */
typedef struct reentrant_function {
  const char *name;
  bool (*call)(void); /**< calls it with arguments that the input chooses; returns whether there were any */
  bool queries;       /**< it changes nothing, so that every hook but the allocator and the clock may call it */
  unsigned long calls[REENTRANT_ORIGIN_COUNT];
} reentrant_function;

/** All public functions that a program outside a browser can call, and how often they were called. */
extern reentrant_function reentrant_functions[];
extern const size_t reentrant_function_count;

extern const char *const reentrant_origin_names[REENTRANT_ORIGIN_COUNT];

/** Runs an input. Prints the calls if the environment has REENTRANT_TRACE. */
void reentrant_input(const unsigned char *data, size_t size);

#endif
