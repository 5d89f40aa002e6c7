/* The turn that only counts: the same where it is linked in, called from a bare loop, or another module's. */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static inline int count(void *state) {
  ++*(volatile uint32_t *)state;
  return 0; /* COOP_MORE */
}
