/* A turn that only counts: the same in every module, and in the baseline. */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static inline int count(void *state) {
  ++*(volatile uint32_t *)state;
  return 0; /* COOP_MORE */
}
