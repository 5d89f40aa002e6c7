// Where a worker finds the function of a job.

import { describe, mustBe, nameOf } from '../util/argument-errors.js';

/**
 * @typedef {object} Place
 * @property {string} url  of a module, absolute
 * @property {string} name  the export of it
 * @property {string} what  for errors
 * @property {string} label  for the name of the task
 */

/**
 * Returns the module of a function, or of an address.
 * @param {string} caller  for errors
 * @param {unknown} source
 * @returns {Place}
 */
export function placeOf(caller, source) {
  if (typeof source === 'function') return moduleOf(caller, source);
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw mustBe(`${caller}: the first argument`, 'the URL of a module, or a function', source);
  }
  const url = parse(caller, String(source));
  const name = decodeURIComponent(url.hash.slice(1)) || 'default';
  url.hash = '';
  const file = url.protocol === 'data:' ? 'a data: URL' : url.href;
  return { url: url.href, name, what: file, label: name === 'default' ? (url.pathname.split('/').pop() ?? '') : name };
}

/** @param {string} caller @param {string} address */
function parse(caller, address) {
  try {
    return new URL(address, /** @type {any} */ (globalThis).location?.href);
  } catch {
    throw new TypeError(
      `${caller}: the URL must be absolute: write new URL('./job.js',import.meta.url), not ${describe(address)}`,
    );
  }
}

/** @param {string} caller @param {Function} f @returns {Place} */
function moduleOf(caller, f) {
  const text = Function.prototype.toString.call(f);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw new TypeError(
      `${caller}: the function must not be native or bound, because its source is sent to the worker`,
    );
  }
  // A method is written as in an object; everything else is an expression.
  const isExpression = /^(?:async\b\s*)?(?:function\b|class\b|\(|[\w$]+\s*=>)/.test(text);
  const code = `export default ${isExpression ? `(${text})` : `Object.values({ ${text} })[0]`}`;
  return {
    // Bun takes what comes after the last point for the extension of a file.
    url: `data:text/javascript;charset=utf-8,${encodeURIComponent(code).replaceAll('.', '%2E')}`,
    name: 'default',
    what: describe(f),
    label: nameOf(f),
  };
}
