/*
 * What clang's counters need at run time in WebAssembly, for which no library has it: a place where each counted
 * function's record, and each source's list of names, is registered before anything runs. counts.js reads it.
 */

#include <stdint.h>

enum { MOST = 256 };

typedef struct names {
  const char *text;
  uint32_t size;
} names;

static struct {
  uint32_t record_count, names_count;
  const void *records[MOST];
  names names[MOST];
} profile;

int __llvm_profile_runtime;

void __llvm_profile_register_function(void *record);
void __llvm_profile_register_function(void *record) {
  if (profile.record_count == MOST) __builtin_trap();
  profile.records[profile.record_count++] = record;
}

void __llvm_profile_register_names_function(void *text, uint64_t size);
void __llvm_profile_register_names_function(void *text, uint64_t size) {
  if (profile.names_count == MOST) __builtin_trap();
  profile.names[profile.names_count++] = (names){text, (uint32_t)size};
}

const void *coop_profile(void);
__attribute__((export_name("coop_profile"))) const void *coop_profile(void) { return &profile; }
