/*
 * The allocator of the WebAssembly build: lists of free blocks, one for each size in steps of 16 bytes.
 *
 * The core asks for a handful of small sizes and tells the size again when it frees, so a block needs no header
 * (a task is 96 bytes, and a million of them no more than that), both operations are a few instructions, and
 * nothing is ever searched or split. A block is used again for its own size, and for a smaller one only where
 * the memory cannot grow. Emscripten's smallest allocator takes 2 KB of code and 8 bytes a block for what is not
 * needed here.
 */

#include "memory.h"

#include <stdint.h>

enum { STEP = 16, SIZES = 512 / STEP + 1, PAGE = 65536 };

typedef struct free_block {
  struct free_block *next;
} free_block;

extern unsigned char __heap_base; /* the linker's: where data and stack end */

static free_block *free_blocks[SIZES];
static uintptr_t fresh; /* where memory begins that was never given out; 0: not known */

/* Makes sure of `size` bytes from `fresh` on; in steps that grow with the memory, so that growing stays rare. */
static int reserve(size_t size) {
  const size_t pages = __builtin_wasm_memory_size(0);
  if (pages * PAGE - fresh >= size) return 1;
  return __builtin_wasm_memory_grow(0, pages / 4 + 1) != SIZE_MAX || __builtin_wasm_memory_grow(0, 1) != SIZE_MAX;
}

void *memory_allocate(size_t size) {
  size_t step = (size + STEP - 1) / STEP;
  if (step >= SIZES) return NULL;
  if (free_blocks[step] == NULL) {
    if (fresh == 0) fresh = ((uintptr_t)&__heap_base + STEP - 1) & ~(uintptr_t)(STEP - 1);
    if (reserve(step * STEP)) {
      void *block = (void *)fresh;
      fresh += step * STEP;
      return block;
    }
    while (++step < SIZES && free_blocks[step] == NULL) continue;
    if (step == SIZES) return NULL;
  }
  free_block *block = free_blocks[step];
  free_blocks[step] = block->next;
  return block;
}

void memory_free(void *block, size_t size) {
  free_block *freed = block;
  free_block **list = &free_blocks[(size + STEP - 1) / STEP];
  freed->next = *list;
  *list = freed;
}
