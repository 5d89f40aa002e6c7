/* A module that does not know the library: its step is put into the function table of the core. */
#include <stdlib.h>

#include "count.h"

int EXPORT(step)(void *state) { return count(state); }

uint32_t *EXPORT(states)(uint32_t number) { return calloc(number, sizeof(uint32_t)); }
