// Compiles the core from WebAssembly to JavaScript, with Binaryen's wasm2js.
import { run } from '../run.mjs';

/**
 * What to change in the output of wasm2js. Each pattern must match, or the build fails.
 * @type {[what: string, pattern: RegExp, replacement: string][]}
 */
const changes = [
  ['the imports are an argument', /^import \* as env from 'env';\n/, ''],
  ['numbers in place of base64: the decoder', / *var base64ReverseLookup = [^]*?return uint8Array;\n *\}\n/, ''],
  ['the module exports its function', /\nvar retasmFunc = asmFunc\([^]*$/, '\nexport default asmFunc;\n'],
  [
    'a memory that cannot grow returns -1',
    /(if \(\(oldPages < newPages\) && \(newPages < 65536\)(?: && \(newPages <= \d+\))?\) )\{\n +var newBuffer = new ArrayBuffer\(newPages << 16\);/,
    `var newBuffer;
  try {
    $1newBuffer = new ArrayBuffer(newPages << 16);
  } catch {}
  if (newBuffer === undefined) return -1;
  {`,
  ],
];

/** A piece of data in base64, which wasm2js writes into the memory. */
const data = /base64DecodeToExistingUint8Array\(bufferView, (\d+), "([A-Za-z0-9+/=]*)"\)/g;

/** Of the modules that were compiled, by their paths. @type {Map<string, Promise<string>>} */
const compiled = new Map();

/**
 * Returns the text of a module whose default export does what `new WebAssembly.Instance` does, and returns the exports.
 * @param {string} path  of a WebAssembly module, below the root
 * @returns {Promise<string>}
 */
export function javascriptCore(path) {
  if (!compiled.has(path)) compiled.set(path, compile(path));
  return compiled.get(path);
}

/** @param {string} path */
async function compile(path) {
  const features = ['bulk-memory', 'mutable-globals', 'nontrapping-float-to-int', 'sign-ext'];
  const options = ['-Oz', ...features.map((name) => `--enable-${name}`)];
  let text = await run(process.execPath, ['node_modules/binaryen/bin/wasm2js', path, ...options]);
  for (const [what, pattern, replacement] of changes) {
    if (!pattern.test(text)) throw new Error(`wasm2js has changed its output: ${what}`);
    text = text.replace(pattern, replacement);
  }
  return text.replace(data, (_, address, base64) => {
    const bytes = [...Buffer.from(base64, 'base64')];
    return `bufferView.set([${bytes}], ${address})`;
  });
}
