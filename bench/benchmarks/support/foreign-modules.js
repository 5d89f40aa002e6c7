// Packages from npm with modules that were never written to yield: each with a call that takes long. Glue that keeps its
// instance in a variable is imported twice, once for the plain module and once for the instrumented one.
import * as plainBrotli from 'brotli-wasm/pkg.web/brotli_wasm.js?plain';
import * as brotli from 'brotli-wasm/pkg.web/brotli_wasm.js?instrumented';
import * as plainResvg from '@resvg/resvg-wasm/index.mjs?plain';
import * as resvg from '@resvg/resvg-wasm/index.mjs?instrumented';
import * as plainHashes from 'hash-wasm/dist/index.esm.js?plain';
import * as hashes from 'hash-wasm/dist/index.esm.js?instrumented';
import * as plainPng from '@jsquash/png/codec/pkg/squoosh_png.js?plain';
import * as png from '@jsquash/png/codec/pkg/squoosh_png.js?instrumented';
import loadJpeg from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js';
import loadWebp from '@jsquash/webp/codec/enc/webp_enc.js';
import { defaultOptions as jpegOptions } from '@jsquash/jpeg/meta.js';
import { defaultOptions as webpOptions } from '@jsquash/webp/meta.js';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import quickjsVariant from '@jitl/quickjs-wasmfile-release-sync';

/** Bytes that look neither random nor empty. */
function sample(size) {
  let seed = 1;
  return Uint8Array.from({ length: size }, (_, index) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return index % 7 === 0 ? seed >>> 24 : (index >> 4) & 255;
  });
}

const image = { data: sample(128 * 128 * 4), width: 128, height: 128 };
const circles = Array.from({ length: 40 }, (_, i) => `<circle cx="${i * 4}" cy="${(i * 37) % 160}" r="${i + 3}"/>`);
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="160"><g opacity="0.5">${circles.join('')}</g></svg>`;

/**
 * Opens SQLite. Its glue keeps the promise of its instance, so each instance gets a copy of the glue.
 * @param {string} glue  its text
 * @param {Function} instantiateWasm
 */
export async function openSqlite(glue, instantiateWasm) {
  const SQL = await new Function(`${glue}; return initSqlJs;`)()({ instantiateWasm });
  return { SQL, database: new SQL.Database() };
}
export const queryTo = (last) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) SELECT sum(i * i % 7) FROM n`;

/**
 * For each module, what opens it and returns a function that makes the call. `instantiateWasm` is Emscripten's hook;
 * `through(load)` calls `load` in a time in which WebAssembly.instantiate makes the right instance.
 * @type {Record<string, (how: { instantiateWasm: Function, through: (load: () => any) => Promise<any>, isPlain: boolean,
 *   bytes: Uint8Array, glue: string }) => Promise<() => any>>}
 */
export const modules = {
  async sqlite({ instantiateWasm, glue }) {
    const { database } = await openSqlite(glue, instantiateWasm);
    return () => database.exec(queryTo(60_000));
  },
  async quickjs({ instantiateWasm }) {
    const variant = newVariant(quickjsVariant, { emscriptenModule: { instantiateWasm } });
    const context = (await newQuickJSWASMModuleFromVariant(variant)).newContext();
    return () =>
      context
        .unwrapResult(
          context.evalCode(`(() => {
            const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
            const numbers = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 60013).sort((a, b) => a - b);
            return fib(17) + numbers[77];
          })()`),
        )
        .dispose();
  },
  async argon2({ through, isPlain }) {
    const { argon2id } = isPlain ? plainHashes : hashes;
    const options = { password: 'p', salt: sample(16), parallelism: 1, iterations: 2, memorySize: 4096 };
    const run = () => argon2id({ ...options, hashLength: 32, outputType: 'hex' });
    await through(run); // It keeps the module, and makes an instance for each call.
    return () => through(run);
  },
  async mozjpeg({ instantiateWasm }) {
    const { encode } = await loadJpeg({ noInitialRun: true, instantiateWasm });
    return () => encode(image.data, image.width, image.height, jpegOptions);
  },
  async webp({ instantiateWasm }) {
    const { encode } = await loadWebp({ noInitialRun: true, instantiateWasm });
    return () => encode(image.data, image.width, image.height, webpOptions);
  },
  async png({ through, isPlain, bytes }) {
    const { default: init, encode } = isPlain ? plainPng : png;
    await through(() => init(bytes));
    return () => encode(image.data, image.width, image.height, 8);
  },
  async brotli({ through, isPlain, bytes }) {
    const { default: init, compress } = isPlain ? plainBrotli : brotli;
    await through(() => init(bytes));
    const data = sample(60_000);
    return () => compress(data, { quality: 9 });
  },
  async resvg({ through, isPlain, bytes }) {
    const { Resvg, initWasm } = isPlain ? plainResvg : resvg;
    await through(() => initWasm(bytes));
    return () => new Resvg(drawing).render().free();
  },
};
