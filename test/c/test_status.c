/* Statuses: their names, messages and numbers, which are part of the binary interface. */

#include <string.h>

#include "fake_host.h"

TEST(status_numbers_do_not_change) {
  static const struct {
    coop_status status;
    int number;
    const char *name;
  } expected[] = {
      {COOP_OK, 0, "OK"},
      {COOP_PENDING, 1, "PENDING"},
      {COOP_FAILURE, 2, "FAILURE"},
      {COOP_NO_MEMORY, 3, "NO_MEMORY"},
      {COOP_INVALID_ARGUMENT, 4, "INVALID_ARGUMENT"},
      {COOP_SCHEDULER_STOPPED, 5, "SCHEDULER_STOPPED"},
      {COOP_TASK_DONE, 6, "TASK_DONE"},
      {COOP_TASK_FAILED, 7, "TASK_FAILED"},
      {COOP_TASK_STOPPED, 8, "TASK_STOPPED"},
      {COOP_NOT_PAUSED, 9, "NOT_PAUSED"},
      {COOP_ALREADY_CALLED, 10, "ALREADY_CALLED"},
      {COOP_CANCELLED, 11, "CANCELLED"},
      {COOP_TIMED_OUT, 12, "TIMED_OUT"},
      {COOP_CIRCULAR, 13, "CIRCULAR"},
      {COOP_HOST_FAILED, 14, "HOST_FAILED"},
  };
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    CHECK_EQUAL(expected[i].status, expected[i].number);
    CHECK_TEXT(coop_status_name(expected[i].status), expected[i].name);
  }
}

TEST(every_status_has_a_message_of_its_own) {
#define NUMBER(name, number, message) COOP_##name,
  static const coop_status all[] = {COOP_STATUS_LIST(NUMBER)};
#undef NUMBER
  const size_t count = sizeof all / sizeof all[0];
  for (size_t i = 0; i < count; i++) {
    CHECK(strlen(coop_status_message(all[i])) > 5);
    for (size_t j = 0; j < i; j++) {
      CHECK(strcmp(coop_status_message(all[i]), coop_status_message(all[j])) != 0);
      CHECK(all[i] != all[j]);
    }
  }
}

TEST(an_unknown_status_has_a_name_and_a_message) {
  static const int numbers[] = {-1, 1000, 0x7fffffff, -0x7fffffff};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    CHECK_TEXT(coop_status_name((coop_status)numbers[i]), "UNKNOWN");
    CHECK(coop_status_message((coop_status)numbers[i]) != NULL);
  }
}
