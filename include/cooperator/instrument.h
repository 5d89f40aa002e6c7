#ifndef COOPERATOR_INSTRUMENT_H
#define COOPERATOR_INSTRUMENT_H

/**
 * @file instrument.h
 * Makes any WebAssembly module interruptible. coop_instrument takes the bytes of a module and returns those of a module
 * that computes the same, and that now and then asks its host whether it may continue. The host can let it continue,
 * suspend it, or end it by throwing. Optional: link cooperator::instrument. It needs nothing of cooperator.h.
 *
 * What is added
 *
 * A module gets a budget, an i32 that counts down by about one for each instruction. Checks call the host if it is
 * below 0, and then charge it. They stand
 *
 * - at the head of every loop, except loops that run a few times and no more, by a constant count;
 * - at the start of a function, or before an indirect call, wherever the call graph would otherwise have a cycle
 *   without a check.
 *
 * So between two checks, a module runs each of its instructions a few times at most. Not covered: one instruction that
 * takes long (memory.fill, memory.copy, an atomic wait), an imported function, and recursion through imported
 * functions, which the host sees.
 *
 * Nothing is renumbered. Types, one table, one global and functions are added at the ends of their index spaces, and
 * everything else is copied byte for byte: imports, exports and the indices in the section `name` stay as they are.
 * Offsets into code do not: those of `metadata.code.branch_hint` are corrected (wrong ones are left out, as engines
 * do), other sections `metadata.code.*` are left out, and debug information in DWARF or source maps becomes wrong.
 *
 * The interface between the module and its run-time: the added exports
 *
 * - `coop:hooks`, a table of 2 funcref. Both slots must hold functions of type [] -> [i32]. They are null at first, and
 *   as long as slot 0 is null, no check calls the host: start functions run before a host can set the hooks.
 *     slot 0, check    returns how much the module may spend until the next call, 0 or more; a negative number calls
 *                      slot 1 at once.
 *     slot 1, suspend  called only after slot 0 has returned a negative number. May suspend the whole computation (by
 *                      JavaScript Promise Integration). Returns a budget as slot 0 does; a negative number counts as 0.
 *   Either may throw. While a hook runs, and after it has thrown, the budget is -1: if the module catches the
 *   exception, its next check calls the hook again.
 *   A check first calls the host if the budget is below 0, and then charges it. So a budget of 0 lets one check pass,
 *   and a host whose slot 0 always returns 0 is called at every check.
 * - `coop:check`, a function [] -> [i32]: what a check calls when the budget is used up. A host calls it to set the
 *   budget: it calls the hooks, stores what they return as the budget, and returns it. A host must do so after it has
 *   set the hooks, because the budget of a new instance is 2^31 - 1. (The global itself is not exported, because
 *   Firefox and Safari access an exported mutable global through a pointer.)
 *
 * and with the option `state`, for hosts that put an instance back to what it was:
 *
 * - `coop:memory0`, `coop:memory1` and so on: all memories, imported ones too.
 * - `coop:save`, a function [] -> [t*], returns the values of all mutable globals, imported ones too, except those that
 *   JavaScript cannot hold (v128, exnref); `coop:restore`, a function [t*] -> [], sets them. With no such global they
 *   take and return nothing; with more than 1000, which engines do not allow, none is saved. The statistics say how
 *   many were left out. Tables, dropped segments, and objects of the garbage-collected heap are not saved.
 *
 * Which modules
 *
 * Everything that engines ship passes: multi-value, mutable globals, sign extension, saturating conversions, bulk
 * memory, reference types, SIMD, relaxed SIMD, threads, tail calls, both kinds of exceptions, extended constant
 * expressions, multiple memories, 64-bit memories and tables, typed function references, garbage collection, wide
 * arithmetic, branch hints. An unknown section, type or instruction is refused with its offset.
 *
 * A valid module becomes a valid module, unless it is at an engine's limit for the size of a function or the number of
 * functions. The bytes are not validated: an invalid module is refused, or becomes an invalid module, but never a valid
 * one.
 *
 * Cost: the time is linear in the size of the module; the memory is four to five times its size.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where coop_instrument gets its memory. Nothing is kept beyond the call but the bytes that it returns. */
typedef struct coop_instrument_host {
  /** Passed to both functions. */
  void *context;
  /** Allocates `size` bytes (never 0), aligned for any object. Returns NULL if there is no memory. Required. */
  void *(*allocate)(void *context, size_t size);
  /** Frees a block of `allocate`; `size` is the size that was requested. Required. */
  void (*free)(void *context, void *memory, size_t size);
} coop_instrument_host;

typedef struct coop_instrument_options {
  /** Adds the exports `coop:memory0` and so on, `coop:save` and `coop:restore`. */
  bool state;
} coop_instrument_options;

typedef enum coop_instrument_status {
  COOP_INSTRUMENT_OK = 0,
  /** The host has no memory left. */
  COOP_INSTRUMENT_NO_MEMORY = 1,
  /** An argument is NULL. */
  COOP_INSTRUMENT_INVALID_ARGUMENT = 2,
  /** The bytes are no WebAssembly module, are malformed, or contain something unknown. */
  COOP_INSTRUMENT_REFUSED = 3,
  /** The module has exports whose names begin with `coop:`, so it was instrumented before. */
  COOP_INSTRUMENT_INSTRUMENTED = 4
} coop_instrument_status;

/** What was found and changed. */
typedef struct coop_instrument_statistics {
  uint32_t functions;       /**< defined functions */
  uint32_t loops;           /**< loops in them */
  uint32_t local_checks;    /**< loops that count in a local variable, because nothing is called in them */
  uint32_t global_checks;   /**< loops that count in the global */
  uint32_t short_loops;     /**< loops without a check, because their constant count is small */
  uint32_t entry_checks;    /**< functions with a check at their start */
  uint32_t call_checks;     /**< indirect calls with a check before them */
  uint32_t saved_globals;   /**< globals that coop:save returns */
  uint32_t unsaved_globals; /**< mutable globals that it does not; both are 0 without the option `state` */
} coop_instrument_statistics;

enum { COOP_INSTRUMENT_MESSAGE_SIZE = 96 };

typedef struct coop_instrument_result {
  /**
   * The new module; NULL unless the status is COOP_INSTRUMENT_OK. The caller owns it and frees it with
   * host->free(host->context, bytes, capacity).
   */
  uint8_t *bytes;
  size_t size;
  size_t capacity; /**< size of the block; at least `size` */
  coop_instrument_statistics statistics;
  /** If the module was refused: where in the input. */
  size_t error_offset;
  /** If the module was refused: what stood there and what was expected, in English; otherwise empty. */
  char message[COOP_INSTRUMENT_MESSAGE_SIZE];
} coop_instrument_result;

/**
 * Instruments a module.
 * @param host     not used after the call
 * @param module   its bytes; not modified, and not needed after the call. May be NULL if `size` is 0.
 * @param options  NULL: all are off
 * @param result   set in any case, unless it is NULL
 */
coop_instrument_status coop_instrument(const coop_instrument_host *host, const uint8_t *module, size_t size,
                                       const coop_instrument_options *options, coop_instrument_result *result);

#ifdef __cplusplus
}
#endif

#endif
