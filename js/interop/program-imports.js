// The functions that the core of a C program calls, where they differ from core/host-imports.js because the program
// also has its own values, tasks and Deferreds.

import { CANCELLER, INVALID_ARGUMENT, OBSERVER, OK } from '../core/constants.js';
import { get, remove } from '../core/handles.js';
import { queueMicrotask } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { contentAt, fromProgram, isProgramValue, toProgram } from './program-values.js';

/**
 * @param {import('../core/wasm.js').Core} core
 * @returns {Record<string, (...args: number[]) => number | void>}
 */
export function programImports(core) {
  /** Values that the program has released, but may still use before it returns. @type {number[]} */
  const released = [];
  const removeReleased = () => {
    for (const handle of released.splice(0)) remove(handle);
  };

  return {
    host_invoke(handle, kind, status, value) {
      if (kind === OBSERVER) return remove(handle)?.observe(status !== OK, fromProgram(core, status, value)) ? 1 : 0;
      try {
        if (kind === CANCELLER) get(handle)?.cancel();
      } catch (error) {
        reportUnhandled(error);
      }
      return 0;
    },

    host_unhandled(status, value) {
      reportUnhandled(fromProgram(core, status, value));
    },

    host_release(handle) {
      remove(handle)?.drop?.();
    },

    host_release_value(handle) {
      if (isProgramValue(handle) && released.push(handle) === 1) queueMicrotask(removeReleased);
    },

    host_number(handle, out) {
      const value = contentAt(handle);
      if (typeof value !== 'number') return INVALID_ARGUMENT;
      core.doubles()[out >>> 3] = value;
      return OK;
    },

    host_size(handle, out) {
      return statusAfter(() => {
        const bytes = bytesOf(contentAt(handle));
        if (bytes === undefined) return INVALID_ARGUMENT;
        core.words()[out >>> 2] = bytes.length;
        return OK;
      });
    },

    host_read(handle, buffer, size) {
      return statusAfter(() => {
        const bytes = bytesOf(contentAt(handle));
        if (bytes === undefined || size >>> 0 > bytes.length) return INVALID_ARGUMENT;
        core.bytes().set(bytes.subarray(0, size), buffer >>> 0);
        return OK;
      });
    },

    host_retain(handle) {
      return isProgramValue(handle) ? toProgram(contentAt(handle)) >>> 1 : 0;
    },
  };
}

/**
 * Returns the status of an action; INVALID_ARGUMENT if it throws, as a value's getters may.
 * @param {() => number} action
 */
function statusAfter(action) {
  try {
    return action();
  } catch {
    return INVALID_ARGUMENT;
  }
}

/**
 * Returns the bytes of a value, undefined if it has none.
 * @param {unknown} value
 * @returns {Uint8Array | undefined}
 */
function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === 'string') return new TextEncoder().encode(value);
  switch (Object.prototype.toString.call(value)) {
    case '[object ArrayBuffer]':
    case '[object SharedArrayBuffer]':
      return new Uint8Array(/** @type {ArrayBuffer} */ (value));
    case '[object Error]':
    case '[object DOMException]':
      return bytesOf(String(/** @type {Error} */ (value).message));
    default:
      return undefined;
  }
}
