#include <cooperator/instrument.h>

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "modules.h"

/* Counts what is allocated, and fails from one allocation on. */
typedef struct counting_host {
  coop_instrument_host host;
  size_t blocks, bytes;
  size_t allocations;
  size_t fail_at; /* 0: never */
} counting_host;

static void *allocate(void *context, size_t size) {
  counting_host *host = context;
  CHECK(size != 0);
  if (++host->allocations == host->fail_at) return NULL;
  host->blocks++;
  host->bytes += size;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  counting_host *host = context;
  CHECK(memory != NULL);
  host->blocks--;
  host->bytes -= size;
  free(memory);
}

static void begin(counting_host *host) { *host = (counting_host){.host = {host, allocate, free_block}}; }

static coop_instrument_status run(counting_host *host, const uint8_t *module, size_t size, bool state,
                                  coop_instrument_result *result) {
  /* A block of exactly its size, for AddressSanitizer. */
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  if (size != 0) memcpy(copy, module, size);
  const coop_instrument_options options = {.state = state};
  const coop_instrument_status status = coop_instrument(&host->host, copy, size, &options, result);
  CHECK(size == 0 || memcmp(copy, module, size) == 0);
  free(copy);
  return status;
}

static void drop(counting_host *host, coop_instrument_result *result) {
  if (result->bytes != NULL) host->host.free(host->host.context, result->bytes, result->capacity);
  CHECK_EQUAL(host->blocks, 0);
  CHECK_EQUAL(host->bytes, 0);
}

TEST(a_module_is_rewritten_and_only_the_result_stays_allocated) {
  counting_host host;
  begin(&host);
  coop_instrument_result result;
  CHECK_EQUAL(run(&host, rich_module, rich_module_size, true, &result), COOP_INSTRUMENT_OK);
  CHECK_EQUAL(host.blocks, 1);
  CHECK_EQUAL(host.bytes, result.capacity);
  CHECK(result.size > rich_module_size);
  CHECK_EQUAL(result.statistics.functions, 1);
  CHECK_EQUAL(result.statistics.loops, 1);
  CHECK_EQUAL(result.statistics.local_checks, 1);
  CHECK_EQUAL(result.statistics.entry_checks + result.statistics.call_checks, 1);
  CHECK_EQUAL(result.statistics.saved_globals, 1);
  CHECK_TEXT(result.message, "");
  drop(&host, &result);
}

TEST(every_allocation_may_fail) {
  counting_host host;
  begin(&host);
  coop_instrument_result result;
  CHECK_EQUAL(run(&host, rich_module, rich_module_size, true, &result), COOP_INSTRUMENT_OK);
  const size_t allocations = host.allocations;
  drop(&host, &result);
  CHECK(allocations > 3);
  for (size_t fail_at = 1; fail_at <= allocations; fail_at++) {
    begin(&host);
    host.fail_at = fail_at;
    CHECK_EQUAL(run(&host, rich_module, rich_module_size, true, &result), COOP_INSTRUMENT_NO_MEMORY);
    CHECK(result.bytes == NULL);
    drop(&host, &result);
  }
}

TEST(invalid_arguments_are_reported) {
  counting_host host;
  begin(&host);
  coop_instrument_result result;
  const coop_instrument_host without_allocate = {NULL, NULL, free_block}, without_free = {NULL, allocate, NULL};
  CHECK_EQUAL(coop_instrument(NULL, rich_module, 8, NULL, &result), COOP_INSTRUMENT_INVALID_ARGUMENT);
  CHECK_EQUAL(coop_instrument(&without_allocate, rich_module, 8, NULL, &result), COOP_INSTRUMENT_INVALID_ARGUMENT);
  CHECK_EQUAL(coop_instrument(&without_free, rich_module, 8, NULL, &result), COOP_INSTRUMENT_INVALID_ARGUMENT);
  CHECK_EQUAL(coop_instrument(&host.host, NULL, 8, NULL, &result), COOP_INSTRUMENT_INVALID_ARGUMENT);
  CHECK_EQUAL(coop_instrument(&host.host, rich_module, 8, NULL, NULL), COOP_INSTRUMENT_INVALID_ARGUMENT);
  CHECK_EQUAL(host.allocations, 0);
}

TEST(no_bytes_are_refused) {
  counting_host host;
  begin(&host);
  coop_instrument_result result;
  CHECK_EQUAL(coop_instrument(&host.host, NULL, 0, NULL, &result), COOP_INSTRUMENT_REFUSED);
  CHECK_EQUAL(result.error_offset, 0);
  CHECK_TEXT(result.message, "the end where there must be more");
  drop(&host, &result);
}

TEST(a_module_cut_short_anywhere_is_refused_or_rewritten) {
  counting_host host;
  for (size_t size = 0; size < rich_module_size; size++) {
    begin(&host);
    coop_instrument_result result;
    const coop_instrument_status status = run(&host, rich_module, size, false, &result);
    CHECK((status == COOP_INSTRUMENT_REFUSED) == (result.message[0] != '\0'));
    CHECK(status == COOP_INSTRUMENT_OK || result.error_offset <= size);
    drop(&host, &result);
  }
}

TEST(a_module_with_any_byte_changed_is_refused_or_rewritten) {
  counting_host host;
  uint8_t changed[256];
  unsigned refused = 0;
  for (size_t at = 0; at < rich_module_size; at++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      memcpy(changed, rich_module, rich_module_size);
      changed[at] = (uint8_t)byte;
      begin(&host);
      coop_instrument_result result;
      if (run(&host, changed, rich_module_size, byte % 2 != 0, &result) != COOP_INSTRUMENT_OK) refused++;
      drop(&host, &result);
    }
  }
  CHECK(refused > rich_module_size * 64);
}

/* Lists with as many items as a number can say need no memory for items that are not there. */
TEST(a_large_count_allocates_nothing) {
  static const uint8_t module[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f};
  counting_host host;
  begin(&host);
  coop_instrument_result result;
  CHECK_EQUAL(run(&host, module, sizeof module, false, &result), COOP_INSTRUMENT_REFUSED);
  CHECK_EQUAL(result.error_offset, 10);
  CHECK(host.allocations <= 1);
  drop(&host, &result);
}
