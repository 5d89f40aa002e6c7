/*
 * For libFuzzer. The input is a module, or what mutations have made of it. It is refused or rewritten; what was rewritten
 * can be read again. The input is a block of exactly its size, so that AddressSanitizer sees every byte read beyond it.
 */

#include <cooperator/instrument.h>

#include <stdlib.h>
#include <string.h>

static size_t allocated;

static void *allocate(void *context, size_t size) {
  (void)context;
  allocated += size;
  return size > (size_t)1 << 30 ? NULL : malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context;
  allocated -= size;
  free(memory);
}

static void expect(bool holds) {
  if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  const coop_instrument_host host = {NULL, allocate, free_block};
  const coop_instrument_options options = {.state = size % 2 != 0};
  unsigned char *module = malloc(size == 0 ? 1 : size);
  expect(module != NULL);
  if (size != 0) memcpy(module, data, size);
  coop_instrument_result first, second;
  const coop_instrument_status status = coop_instrument(&host, module, size, &options, &first);
  expect((status == COOP_INSTRUMENT_OK) == (first.bytes != NULL));
  expect((status == COOP_INSTRUMENT_REFUSED) == (first.message[0] != '\0'));
  expect(first.error_offset <= size);
  if (status == COOP_INSTRUMENT_OK) {
    expect(coop_instrument(&host, first.bytes, first.size, &options, &second) == COOP_INSTRUMENT_INSTRUMENTED);
    free_block(NULL, first.bytes, first.capacity);
  }
  expect(allocated == 0);
  free(module);
  return 0;
}
