#ifndef COOPERATOR_WASM_H
#define COOPERATOR_WASM_H

/**
 * @file wasm.h
 * For programs that are built with Emscripten and link cooperator::wasm: what they share with JavaScript.
 *
 * JavaScript runs the slices. `bind(Module)`, a function of the npm package, returns classes whose cooperators, tasks
 * and Deferreds live in this program; see docs/native.md.
 *
 *     coop_cooperator *cooperator = coop_wasm_cooperator();
 *     coop_status status = coop_cooperate(cooperator, (coop_iterator){.step = sum_next, .state = sum}, NULL);
 *
 * JavaScript values. A Deferred that JavaScript fires (`deferredToC`) has a value that must not be dereferenced: an odd
 * number that stands for a JavaScript value, or for the error if the result is a failure. The functions below read such
 * values. They can be passed on like any value of a Deferred, and become the same JavaScript object again when they
 * return to JavaScript (through `deferredFromC`, or as an unhandled failure). The program's own values are told apart
 * because they are even: pointers from malloc or to anything else that is aligned, and NULL.
 *
 * Like all values these have one owner at a time: the Deferred whose result they are, or the callback that received
 * them. A Deferred that is destroyed releases its value. A released value stays usable until the program returns to the
 * JavaScript event loop, so a task may fail with the failure that it awaited, although the Deferred is released in the
 * same turn or in the task's close function. After that it is invalid, and the functions below report that.
 *
 * A step that traps, aborts, or calls JavaScript that throws makes its task fail with that error. Treat this as fatal
 * to the program: its memory and its stack pointer stay as the trap left them.
 */

#include "cooperator/cooperator.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The program's cooperator, the same as `bind(Module).getGlobalCooperator()`. Created on first use, and started by
 * `bind`: tasks have no turns before that. It lives as long as the program, and must not be destroyed. Its tasks need a
 * step.
 * @return NULL if there is no memory for it
 */
coop_cooperator *coop_wasm_cooperator(void);

/**
 * A host for the program's own Deferreds, not for cooperators. Memory comes from malloc; unhandled failures are
 * reported like unhandled rejections; JavaScript values are released, and values of the program are left alone. A
 * program whose values must be freed copies this table, and sets a `release` of its own that passes JavaScript values
 * on to coop_wasm_release.
 * @return static, never NULL
 */
const coop_host *coop_wasm_host(void);

/**
 * Reads a number.
 * @return COOP_OK; COOP_INVALID_ARGUMENT if `value` is not a JavaScript number
 */
coop_status coop_wasm_number(const void *value, double *out);

/**
 * The size in bytes of an ArrayBuffer, a SharedArrayBuffer, a view of one, a string (in UTF-8), or the message of an
 * Error (in UTF-8).
 * @return COOP_OK; COOP_INVALID_ARGUMENT if `value` is none of these
 */
coop_status coop_wasm_size(const void *value, size_t *out);

/**
 * Copies the first `size` of these bytes to `buffer`. Strings are not terminated.
 * @return COOP_OK; COOP_INVALID_ARGUMENT if there are fewer bytes, or none to read: then nothing was copied
 */
coop_status coop_wasm_read(const void *value, void *buffer, size_t size);

/**
 * Creates another value that stands for the same JavaScript value and is owned separately.
 * @return released with coop_wasm_release, or passed to a Deferred; NULL if `value` is not a JavaScript value, or if
 *         there is no memory
 */
void *coop_wasm_retain(const void *value);

/** Releases a JavaScript value. Does nothing for other values. */
void coop_wasm_release(void *value);

#ifdef __cplusplus
}
#endif

#endif
