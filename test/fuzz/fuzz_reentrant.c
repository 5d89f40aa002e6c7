/*
 * For libFuzzer. The bytes of the input choose which public functions are called from which callbacks and hooks, and
 * with which objects: test/c/reentrant.h.
 */

#include <stdlib.h>

#include "check.h"
#include "reentrant.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  reentrant_input(data, size);
  if (check_failures() != 0) abort();
  return 0;
}
