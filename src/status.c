#include "cooperator/status.h"

const char *coop_status_name(coop_status status) {
  switch (status) {
#define COOP_NAME_CASE(name, number, message) \
  case COOP_##name:                           \
    return #name;
    COOP_STATUS_LIST(COOP_NAME_CASE)
#undef COOP_NAME_CASE
  }
  return "UNKNOWN";
}

const char *coop_status_message(coop_status status) {
  switch (status) {
#define COOP_MESSAGE_CASE(name, number, message) \
  case COOP_##name:                              \
    return message;
    COOP_STATUS_LIST(COOP_MESSAGE_CASE)
#undef COOP_MESSAGE_CASE
  }
  return "unknown status";
}
