/*
 * For libFuzzer. The input is a script of test/traces, or what mutations have made of it. Nothing may crash, leak, or
 * make the lists of the core inconsistent. The events do not matter.
 */

#include <stdlib.h>

#include "replay.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  replay_input(data, size);
  if (check_failures() != 0) abort();
  return 0;
}
