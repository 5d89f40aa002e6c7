/*
 * Memory from the host.
 *
 * What a job needs while it runs comes from blocks that are all freed at its end. A list that grows leaves its old
 * items behind, so it takes twice its size at most. What is written comes from the host directly, because the result
 * outlives the job.
 */

#include "internal.h"

#include <string.h>

enum { BLOCK_SIZE = 65536, ALIGNMENT = 16 };

/* The memory begins behind the head, at HEAD_SIZE. */
struct coop__memory_block {
  coop__memory_block *next;
  size_t size;
};

enum { HEAD_SIZE = (sizeof(coop__memory_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

static void *allocate(coop__job *job, size_t size) {
  void *memory = job->host->allocate(job->host->context, size);
  if (memory == NULL && coop__ok(job)) job->status = COOP_INSTRUMENT_NO_MEMORY;
  return memory;
}

void *coop__take(coop__job *job, size_t size) {
  if (size > SIZE_MAX / 2) {
    if (coop__ok(job)) job->status = COOP_INSTRUMENT_NO_MEMORY;
    return NULL;
  }
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (job->blocks == NULL || job->blocks->size - job->block_used < size) {
    const size_t block_size = HEAD_SIZE + size > BLOCK_SIZE ? HEAD_SIZE + size : BLOCK_SIZE;
    coop__memory_block *block = allocate(job, block_size);
    if (block == NULL) return NULL;
    *block = (coop__memory_block){job->blocks, block_size};
    job->blocks = block;
    job->block_used = HEAD_SIZE;
  }
  void *memory = (uint8_t *)job->blocks + job->block_used;
  job->block_used += size;
  return memset(memory, 0, size);
}

void coop__free_blocks(coop__job *job) {
  while (job->blocks != NULL) {
    coop__memory_block *block = job->blocks;
    job->blocks = block->next;
    job->host->free(job->host->context, block, block->size);
  }
}

void *coop__push(coop__job *job, coop__list *list, size_t size) {
  if (list->count == list->capacity) {
    const uint32_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    void *items = capacity > list->capacity && capacity <= SIZE_MAX / size ? coop__take(job, capacity * size) : NULL;
    if (items == NULL) {
      if (coop__ok(job)) job->status = COOP_INSTRUMENT_NO_MEMORY;
      return NULL;
    }
    if (list->count != 0) memcpy(items, list->items, list->count * size);
    list->items = items;
    list->capacity = capacity;
  }
  /* It may have been used before: lists are emptied and filled again. */
  return memset((uint8_t *)list->items + list->count++ * size, 0, size);
}

bool coop__widen(coop__job *job, coop__buffer *buffer, size_t more) {
  if (!coop__ok(job)) return false;
  if (more > SIZE_MAX / 4 || buffer->size > SIZE_MAX / 4) {
    job->status = COOP_INSTRUMENT_NO_MEMORY;
    return false;
  }
  const size_t capacity = (buffer->size + more) + (buffer->size + more) / 2 + 64;
  uint8_t *bytes = allocate(job, capacity);
  if (bytes == NULL) return false;
  if (buffer->size != 0) memcpy(bytes, buffer->bytes, buffer->size);
  coop__free_buffer(job, buffer);
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}

void coop__free_buffer(const coop__job *job, coop__buffer *buffer) {
  if (buffer->bytes != NULL) job->host->free(job->host->context, buffer->bytes, buffer->capacity);
  buffer->bytes = NULL;
  buffer->capacity = 0;
}
