#ifndef CHECK_H
#define CHECK_H

/**
 * @file check.h
 * The checks of the C tests. A test is `TEST(name) { ... }`. check_run, which check_main.c calls, runs all tests of the
 * program in the order of the source. A failed check is reported and counted, and the test continues: write tests so
 * that they can.
 */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct check_test {
  const char *name;
  void (*run)(void);
  struct check_test *next;
} check_test;

void check_register(check_test *test);
int check_run(void);
/** How many checks have failed in this test. */
unsigned check_failures(void);
bool check_that(bool holds, const char *file, int line, const char *what);
bool check_equal(long long actual, long long expected, const char *file, int line, const char *what);
bool check_text(const char *actual, const char *expected, const char *file, int line, const char *what);

#ifdef __cplusplus
}
#endif

/** Registers the test before `main`, so there is no list of tests to maintain. */
#define TEST(name)                                                 \
  static void name(void);                                          \
  __attribute__((constructor)) static void name##_register(void) { \
    static check_test test = {#name, name, NULL};                  \
    check_register(&test);                                         \
  }                                                                \
  static void name(void)

/** Each returns whether it holds, for a test that cannot continue otherwise. */
#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)
#define FAIL(what) check_that(false, __FILE__, __LINE__, what)
#define CHECK_EQUAL(actual, expected) \
  check_equal((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), __FILE__, __LINE__, #actual)

#endif
