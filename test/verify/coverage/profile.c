/*
 * The run-time part of clang's counters, which no library provides for WebAssembly. Before anything else runs, each
 * function's record and each source's list of names is registered here; wasm-counters.js reads them.
 */

#include <stdint.h>

enum { CAPACITY = 256 }; /* as in wasm-counters.js */

typedef struct names {
  const char *text;
  uint32_t size;
} names;

static struct {
  uint32_t record_count, names_count;
  const void *records[CAPACITY];
  names names[CAPACITY];
} profile;

int __llvm_profile_runtime;

void __llvm_profile_register_function(void *record);
void __llvm_profile_register_function(void *record) {
  if (profile.record_count == CAPACITY) __builtin_trap();
  profile.records[profile.record_count++] = record;
}

void __llvm_profile_register_names_function(void *text, uint64_t size);
void __llvm_profile_register_names_function(void *text, uint64_t size) {
  if (profile.names_count == CAPACITY) __builtin_trap();
  profile.names[profile.names_count++] = (names){text, (uint32_t)size};
}

const void *coop_profile(void);
__attribute__((export_name("coop_profile"))) const void *coop_profile(void) { return &profile; }
