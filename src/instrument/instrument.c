/*
 * The public function: reads the module, decides where recursion is checked, and writes the new module.
 */

#include "internal.h"

coop_instrument_status coop_instrument(const coop_instrument_host *host, const uint8_t *module_bytes, size_t size,
                                       const coop_instrument_options *options, coop_instrument_result *result) {
  if (result == NULL) return COOP_INSTRUMENT_INVALID_ARGUMENT;
  *result = (coop_instrument_result){0};
  if (host == NULL || host->allocate == NULL || host->free == NULL || (module_bytes == NULL && size != 0))
    return COOP_INSTRUMENT_INVALID_ARGUMENT;

  static const uint8_t nothing[] = {0};
  coop__job job = {.host = host, .input = module_bytes == NULL ? nothing : module_bytes, .result = result};
  coop__module module = {0};
  coop__buffer output = {0};
  coop__prepare_instructions(&job);
  if (coop__ok(&job)) coop__read_module(&job, &module, size);
  if (coop__ok(&job)) coop__break_cycles(&job, &module);
  if (coop__ok(&job)) coop__write_module(&job, &module, options != NULL && options->state, size, &output);
  coop__free_blocks(&job);
  if (coop__ok(&job)) {
    result->bytes = output.bytes;
    result->size = output.size;
    result->capacity = output.capacity;
  } else {
    coop__free_buffer(&job, &output);
    result->statistics = (coop_instrument_statistics){0};
  }
  return job.status;
}
