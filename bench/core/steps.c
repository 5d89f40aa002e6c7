/* A module that knows nothing of the library: its step is put into the core's function table. */
#include "count.h"

#include <stdlib.h>

int EXPORT(step)(void *state) { return count(state); }

uint32_t *EXPORT(states)(uint32_t number) { return calloc(number, sizeof(uint32_t)); }
