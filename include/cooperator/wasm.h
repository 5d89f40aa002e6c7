#ifndef COOPERATOR_WASM_H
#define COOPERATOR_WASM_H

/**
 * @file wasm.h
 * For programs that are built with Emscripten and link cooperator::wasm: what they share with JavaScript.
 *
 * JavaScript gives the slices. `bind(Module)`, of the npm package, has the classes whose cooperators, tasks and
 * Deferreds work in this program; see docs/native.md.
 *
 *     coop_cooperator *cooperator = coop_wasm_cooperator();
 *     coop_status status = coop_cooperate(cooperator, (coop_iterator){.step = sum_next, .state = sum}, NULL);
 *
 * JavaScript's values. What a Deferred of JavaScript (`deferredToC`) fires with is a pointer that is not to be
 * followed: an odd number that stands for a value, or for the error where the status is that of a failure. It can be
 * looked at with the functions below, and handed on as any value of a Deferred; where it comes back to JavaScript
 * (`deferredFromC`, or as a failure that nobody has handled) it is the very same object. A program's own values are
 * told from these by being even: pointers to what malloc gave, or to anything else that is aligned; NULL.
 *
 * As all values they belong to one place at a time: to the Deferred which has them as its result, to a callback that
 * was given them; and a Deferred that is destroyed gives its own back. A value that was given back can still be used
 * until the program returns to JavaScript's event loop: a task may fail with the failure that it has waited for,
 * although the Deferred that had it is released in the same turn or when the task is closed. After that it is none
 * any more, which these functions notice.
 *
 * A step that traps, calls abort, or calls JavaScript that throws, fails its task with that error. Take it as fatal to
 * the program all the same: its memory is as the trap left it, and so is its stack pointer.
 */

#include "cooperator/cooperator.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The program's cooperator, the same as `bind(Module).getGlobalCooperator()`; made on first use. Its tasks have no
 * turns before `bind`, which starts it. It lives as long as the program: not to be destroyed. Its tasks need a step.
 * @return NULL if there is no memory for it
 */
coop_cooperator *coop_wasm_cooperator(void);

/**
 * A host for the program's own Deferreds: memory from malloc; failures that nobody handles are reported as rejections
 * are; values of JavaScript's are given back, and the program's are left alone. A program whose values are to be freed
 * takes a copy, with a `release` of its own that passes what is not the program's on to coop_wasm_release. It is no
 * host for a cooperator.
 * @return static, never NULL
 */
const coop_host *coop_wasm_host(void);

/**
 * @param[out] out  what the value is, if it is a number
 * @return COOP_OK; COOP_INVALID_ARGUMENT if `value` is no number of JavaScript's
 */
coop_status coop_wasm_number(const void *value, double *out);

/**
 * @param[out] out  how many bytes there are to read: of an ArrayBuffer, a SharedArrayBuffer or a view of one, of a
 *                  string in UTF-8, or of an Error's message in UTF-8
 * @return COOP_OK; COOP_INVALID_ARGUMENT if `value` is none of these
 */
coop_status coop_wasm_size(const void *value, size_t *out);

/**
 * Copies the first `size` of these bytes. No zero is put behind a string.
 * @return COOP_OK; COOP_INVALID_ARGUMENT, with nothing copied, also if there are not as many
 */
coop_status coop_wasm_read(const void *value, void *buffer, size_t size);

/**
 * The same JavaScript value once more, for another place to have.
 * @return to be given to coop_wasm_release or to a Deferred; NULL if `value` is none of JavaScript's, or where
 *         there is no memory
 */
void *coop_wasm_retain(const void *value);

/** Gives a value of JavaScript's back. Does nothing with others. */
void coop_wasm_release(void *value);

#ifdef __cplusplus
}
#endif

#endif
