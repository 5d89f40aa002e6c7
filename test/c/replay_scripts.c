/*
 * Replays scripts from standard input, each of which ends with a line `end`, and prints for each its log and an empty
 * line. With --fail-allocations, each script is then replayed with its first, second, third, ... allocation failing,
 * and a log that differs is printed too, unless a Deferred failed instead of a call.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

static void fail_allocations(const char *script, const char *expected) {
  replay_report report = {.failed = true};
  for (size_t n = 1; report.failed; n++) {
    char *log = replay_script(script, (replay_trouble){.fail_at = n}, &report);
    if (!report.absorbed && strcmp(log, expected) != 0) {
      printf("> with allocation %zu failing:\n%s", n, log);
    }
    free(log);
  }
}

int main(int count, char **arguments) {
  const bool fail = count > 1 && strcmp(arguments[1], "--fail-allocations") == 0;
  static char script[1 << 16];
  char line[1024];
  size_t length = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    const size_t added = strlen(line);
    if (length + added >= sizeof script) return 2;
    memcpy(script + length, line, added + 1);
    length += added;
    if (strcmp(line, "end\n") != 0) continue;
    replay_report report;
    char *log = replay_script(script, (replay_trouble){0}, &report);
    fputs(log, stdout);
    if (fail) fail_allocations(script, log);
    putchar('\n');
    free(log);
    length = 0;
  }
  return check_failures() == 0 ? 0 : 1;
}
