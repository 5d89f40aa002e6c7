// Checks whether a function is a WebAssembly export of type (i32) -> i32, as the steps of native tasks must be.

import { compile } from './compile.js';

export const hasWebAssembly = typeof WebAssembly === 'object';

/** (module (import "" "" (func (param i32) (result i32)))): instantiating it with a function checks the type. */
const TYPE_CHECK = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 2, 5, 1, 0, 0, 0, 0];

/** @type {WebAssembly.Module | undefined} */
let typeCheck;

/**
 * Returns true if a WebAssembly instance exports the function: a table accepts no other.
 * @param {Function} f
 */
export function isExported(f) {
  try {
    new WebAssembly.Table({ element: 'anyfunc', initial: 1 }).set(0, f);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns true if an exported function has the type (i32) -> i32. A wrong type would otherwise show only in a call, and
 * not every engine has the reflection of types.
 * @param {Function} f
 */
export function hasStepType(f) {
  typeCheck ??= compile(new Uint8Array(TYPE_CHECK));
  try {
    new WebAssembly.Instance(typeCheck, { '': { '': /** @type {any} */ (f) } });
    return true;
  } catch {
    return false;
  }
}
