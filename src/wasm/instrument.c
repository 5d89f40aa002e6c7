/*
 * The module instrument.wasm: coop_instrument for JavaScript. It imports nothing, and exports its memory and two
 * functions:
 *
 *     allocate(size)                    memory for the module's bytes; 0 if there is none
 *     instrument(bytes, size, state)    returns the address of an `outcome`, which is 32-bit words; `state` is 0 or 1
 *
 * An instance is for one call: its memory is never freed, and it is smaller than the code that would reuse it.
 */

#include <cooperator/instrument.h>

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

enum { PAGE = 65536, ALIGNMENT = 16 };

extern unsigned char __heap_base; /* set by the linker: the end of data and stack */

static uintptr_t fresh; /* start of the memory that was never allocated; 0: not determined yet */

void *EXPORT(allocate)(size_t size) {
  if (fresh == 0) fresh = ((uintptr_t)&__heap_base + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
  if (size > (size_t)PTRDIFF_MAX) return NULL;
  size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  const size_t there = __builtin_wasm_memory_size(0) * (size_t)PAGE - fresh;
  if (size > there && __builtin_wasm_memory_grow(0, (size - there + PAGE - 1) / PAGE) == SIZE_MAX) return NULL;
  void *memory = (void *)fresh;
  fresh += size;
  return memory;
}

static void *allocate_block(void *context, size_t size) {
  (void)context;
  return allocate(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context;
  (void)memory;
  (void)size;
}

typedef struct outcome {
  uint32_t status; /* coop_instrument_status */
  const uint8_t *bytes;
  uint32_t size;
  uint32_t error_offset;
  const char *message; /* ends with 0 */
  coop_instrument_statistics statistics;
} outcome;

const outcome *EXPORT(instrument)(const uint8_t *bytes, size_t size, int state) {
  static const coop_instrument_host host = {NULL, allocate_block, free_block};
  static coop_instrument_result result;
  static struct outcome outcome;
  const coop_instrument_options options = {.state = state != 0};
  outcome.status = coop_instrument(&host, bytes, size, &options, &result);
  outcome.bytes = result.bytes;
  outcome.size = result.size;
  outcome.error_offset = result.error_offset;
  outcome.message = result.message;
  outcome.statistics = result.statistics;
  return &outcome;
}
