/* Replays test/traces; the README.md there describes the format. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

#ifndef TRACES_DIR
#define TRACES_DIR "test/traces"
#endif

static char *read_file(const char *name) {
  char path[1000];
  snprintf(path, sizeof path, "%s/%s", TRACES_DIR, name);
  FILE *file = fopen(path, "r");
  if (!CHECK(file != NULL)) return NULL;
  size_t length = 0, capacity = 1 << 16;
  char *text = malloc(capacity);
  if (text != NULL) length = fread(text, 1, capacity - 1, file);
  CHECK(text != NULL && length < capacity - 1);
  fclose(file);
  if (text != NULL) text[length] = '\0';
  return text;
}

/* Removes comments and empty lines. */
static void drop_comments(char *text) {
  char *to = text;
  for (const char *line = text; *line != '\0';) {
    size_t length = strcspn(line, "\n");
    length += line[length] == '\n';
    if (*line != '#' && *line != '\n') {
      memmove(to, line, length);
      to += length;
    }
    line += length;
  }
  *to = '\0';
}

/* Calls `test` with each trace for C. */
static void each_trace(void (*test)(const char *name, const char *trace)) {
  char *index = read_file("index.txt");
  size_t count = 0;
  for (char *name = index == NULL ? NULL : strtok(index, "\n"); name != NULL; name = strtok(NULL, "\n")) {
    char *trace = read_file(name);
    if (trace == NULL) continue;
    drop_comments(trace);
    if (!replay_is_for_js(trace)) test(name, trace);
    free(trace);
    count++;
  }
  CHECK(count >= 18);
  free(index);
}

static void replay_trace(const char *name, const char *trace) {
  replay_report report;
  char *log = replay_script(trace, (replay_trouble){0}, &report);
  if (strcmp(log, trace) != 0) printf("  %s:\n", name);
  CHECK_TEXT(log, trace);
  free(log);
}

TEST(traces_cause_the_events_that_they_list) { each_trace(replay_trace); }

/* If a Deferred cannot wait for another, the failure is visible to the script, so the events may differ. */
static void replay_without_memory(const char *name, const char *trace) {
  replay_report report = {.failed = true};
  for (size_t n = 1; report.failed; n++) {
    char *log = replay_script(trace, (replay_trouble){.fail_at = n}, &report);
    if (!report.absorbed && strcmp(log, trace) != 0) printf("  %s, allocation %zu:\n", name, n);
    if (!report.absorbed) CHECK_TEXT(log, trace);
    free(log);
    if (!CHECK(n < 1000)) return;
  }
}

TEST(traces_survive_failing_allocations) { each_trace(replay_without_memory); }
