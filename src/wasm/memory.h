#ifndef COOPERATOR_WASM_MEMORY_H
#define COOPERATOR_WASM_MEMORY_H

#include <stddef.h>

/* A block aligned for any object of the core, or NULL if the memory cannot grow, or `size` is above 512 bytes. */
void *memory_allocate(size_t size);

/* Takes back a block of memory_allocate; `size` is what was asked for. */
void memory_free(void *block, size_t size);

#endif
