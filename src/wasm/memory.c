/*
 * The allocator of the package's core: one list of free blocks for each size, in steps of 16 bytes.
 *
 * It is this simple because the core allocates only a handful of small sizes and passes the size again when it frees.
 * So blocks need no header (a task of 120 bytes takes 128), both operations are a few instructions, and nothing is
 * searched or split. A free block serves its own size; a smaller one only when the memory cannot grow. Emscripten's
 * smallest allocator would add 2 KB of code and 8 bytes to each block.
 *
 * In steps of 8 bytes a task would take 120. But it could then begin anywhere in a cache line, and a turn among 100,000
 * tasks took 4 to 15 % longer (Node 20).
 */

#include "memory.h"

#include <stdint.h>

enum { STEP = 16, SIZES = 512 / STEP + 1, PAGE = 65536 };

typedef struct free_block {
  struct free_block *next;
} free_block;

extern unsigned char __heap_base; /* set by the linker: the end of data and stack */

static free_block *free_blocks[SIZES];
static uintptr_t fresh; /* start of the memory that was never allocated; 0: not determined yet */

/* Ensures that `size` bytes exist from `fresh` on. Grows the memory by a quarter, so that growing stays rare, or by one
   page if that is all there is. */
static int reserve(size_t size) {
  const size_t pages = __builtin_wasm_memory_size(0);
  if (pages * PAGE - fresh >= size) return 1;
  return __builtin_wasm_memory_grow(0, pages / 4 + 1) != SIZE_MAX || __builtin_wasm_memory_grow(0, 1) != SIZE_MAX;
}

void *memory_allocate(size_t size) {
  size_t step = (size + STEP - 1) / STEP;
  if (step >= SIZES) return NULL; /* GCOVR_EXCL_BR_LINE: the core allocates nothing larger than 512 bytes */
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
