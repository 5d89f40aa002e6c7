#include "check.h"

#include <stdio.h>
#include <string.h>

static check_test *first;
static check_test **last = &first;
static unsigned failures;

void check_register(check_test *test) {
  *last = test;
  last = &test->next;
}

/** Limits the output of checks that fail in a loop. */
static bool loud(void) { return ++failures <= 20; }

static void place(const char *file, int line) {
  const char *slash = strrchr(file, '/');
  printf("  %s:%d: ", slash ? slash + 1 : file, line);
}

bool check_that(bool holds, const char *file, int line, const char *what) {
  if (!holds && loud()) {
    place(file, line);
    printf("check failed: %s\n", what);
    fflush(stdout);
  }
  return holds;
}

bool check_equal(long long actual, long long expected, const char *file, int line, const char *what) {
  if (actual != expected && loud()) {
    place(file, line);
    printf("%s is %lld, expected %lld\n", what, actual, expected);
    fflush(stdout);
  }
  return actual == expected;
}

bool check_text(const char *actual, const char *expected, const char *file, int line, const char *what) {
  bool holds = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
  if (!holds && loud()) {
    place(file, line);
    printf("%s\n    is:       %s\n    expected: %s\n", what, actual ? actual : "NULL", expected ? expected : "NULL");
    fflush(stdout);
  }
  return holds;
}

unsigned check_failures(void) { return failures; }

int check_run(void) {
  unsigned passed = 0;
  unsigned failed = 0;
  for (check_test *test = first; test; test = test->next) {
    failures = 0;
    test->run();
    if (failures) {
      failed++;
    } else {
      passed++;
    }
    printf("%s %s\n", failures ? "FAILED" : "ok    ", test->name);
    fflush(stdout);
  }
  printf("%u passed, %u failed\n", passed, failed);
  return failed || !passed;
}
