/*
 * For libFuzzer: an input is a script of test/traces, whatever has become of it. Nothing may crash, leak, or leave the
 * core's lists inconsistent; what the script means does not matter here.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char begin[] = "cooperator turns=2\n", end[] = "\nend\n";
  if (size > 4000) return 0;
  /* where it makes no cooperator itself, there is one all the same; what is chained in circles is fired at the end */
  const bool begins = size >= 10 && memcmp(data, "cooperator", 10) == 0;
  char *script = malloc(size + sizeof begin + sizeof end);
  if (script == NULL) abort();
  size_t length = begins ? 0 : sizeof begin - 1;
  memcpy(script, begin, length);
  memcpy(script + length, data, size);
  length += size;
  memcpy(script + length, end, sizeof end);
  for (size_t i = 0; i < length; i++) {
    if (script[i] == '\0') script[i] = ' ';
  }
  replay_report report;
  /* one that ends with an exclamation mark has an allocation fail: the letter in its middle says which */
  const size_t fail_at = size > 0 && data[size - 1] == '!' ? 1 + data[size / 2] % 40u : 0;
  free(replay_script(script, (replay_trouble){.fail_at = fail_at}, &report));
  free(script);
  if (check_failures() != 0) abort();
  return 0;
}
