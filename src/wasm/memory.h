#ifndef COOPERATOR_WASM_MEMORY_H
#define COOPERATOR_WASM_MEMORY_H

#include <stddef.h>

/* Returns a block aligned for any object of the core; NULL if the memory cannot grow or `size` is above 512 bytes. */
void *memory_allocate(size_t size);

/* Frees a block of memory_allocate; `size` is the size that was requested. */
void memory_free(void *block, size_t size);

#endif
