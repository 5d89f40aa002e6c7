// Short names for the functions of the core. They are a tenth of the package's size otherwise, and bundlers cannot
// shorten the names that a WebAssembly module imports and exports.
//
// The sources have the long names. cooperator.wasm and the scripts of dist/ get the short ones, from one table.

const IMPORTS = 2;
const EXPORTS = 7;
const HEADER = 8;

/** Names that programs may know, because every module of this kind has them. */
const kept = ['memory', '_initialize'];

/** @typedef {Record<string, string>} Names  short names, by long name */

/**
 * The table for a module: the same at each call, so that the parts of the package agree.
 * @param {Uint8Array<ArrayBuffer>} wasm
 * @returns {Names}
 */
export function shortNames(wasm) {
  const module = new WebAssembly.Module(wasm);
  const all = [...WebAssembly.Module.imports(module), ...WebAssembly.Module.exports(module)].map(({ name }) => name);
  return namesFor([...new Set(all)].filter((name) => !kept.includes(name)));
}

/** @param {string[]} long @param {number} [first]  how many short names are in use @returns {Names} */
export function namesFor(long, first = 0) {
  return Object.fromEntries(long.map((name, index) => [name, identifier(first + index)]));
}

/** a, b, ... z, A, ... Z, aa, ab, ... @param {number} index */
function identifier(index) {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const last = letters[index % letters.length];
  return index < letters.length ? last : identifier(Math.floor(index / letters.length) - 1) + last;
}

/**
 * Returns a copy of a module in which the imports and exports have the names of the table.
 * @param {Uint8Array} wasm
 * @param {Names} names
 * @returns {Buffer}
 */
export function rename(wasm, names) {
  const reader = readerOf(wasm, HEADER);
  const parts = [wasm.subarray(0, HEADER)];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const content = reader.bytes(reader.number());
    const renamed = id === IMPORTS || id === EXPORTS ? renameSection(id, content, names) : content;
    parts.push(Uint8Array.of(id, ...encoded(renamed.length)), renamed);
  }
  return Buffer.concat(parts);
}

/** @param {number} id @param {Uint8Array} content @param {Names} names */
function renameSection(id, content, names) {
  const reader = readerOf(content);
  const count = reader.number();
  const parts = [Uint8Array.from(encoded(count))];
  for (let entry = 0; entry < count; entry++) {
    if (id === IMPORTS) parts.push(text(reader.text()));
    const name = reader.text();
    parts.push(text(names[name] ?? name));
    const begin = reader.at;
    if (reader.byte() !== 0 && id === IMPORTS) throw new Error(`${name}: the core may import functions only`);
    reader.number();
    parts.push(content.subarray(begin, reader.at));
  }
  if (reader.at !== content.length) throw new Error('the sections of cooperator.wasm are not as expected');
  return Buffer.concat(parts);
}

/** A number as LEB128. @param {number} number @returns {number[]} */
const encoded = (number) => (number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...encoded(number >>> 7)]);

/** @param {string} name */
function text(name) {
  const bytes = Buffer.from(name);
  return Buffer.from([...encoded(bytes.length), ...bytes]);
}

/** @param {Uint8Array} bytes */
function readerOf(bytes, at = 0) {
  return {
    at,
    byte() {
      return bytes[this.at++];
    },
    number() {
      let number = 0;
      for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
        byte = this.byte();
        number |= (byte & 0x7f) << shift;
      }
      return number >>> 0;
    },
    bytes(/** @type {number} */ length) {
      return bytes.subarray(this.at, (this.at += length));
    },
    text() {
      return Buffer.from(this.bytes(this.number())).toString();
    },
  };
}
