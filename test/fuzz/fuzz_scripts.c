/*
 * For libFuzzer: an input is a script of test/traces, whatever has become of it. Nothing may crash, leak, or leave the
 * core's lists inconsistent; what the script means does not matter here.
 */

#include <stdlib.h>

#include "replay.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  replay_input(data, size);
  if (check_failures() != 0) abort();
  return 0;
}
