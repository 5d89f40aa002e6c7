#ifndef TEST_INSTRUMENT_MODULES_H
#define TEST_INSTRUMENT_MODULES_H

#include <stddef.h>
#include <stdint.h>

/* A module with a loop, recursion through a table, memories, globals and branch hints. */
extern const uint8_t rich_module[];
extern const size_t rich_module_size;

#endif
