// Bytes of cooperator.wasm, and of a page's script that imports `cooperate`, bundled and minified.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundleCooperate } from '../../scripts/size.mjs';

/** @param {string} part @param {{ dist: string }} job */
export async function measure(part, { dist }) {
  const wasm = await readFile(join(dist, 'cooperator.wasm'));
  return { ...sizes('bundle', await bundleCooperate(dist)), ...sizes('wasm', wasm) };
}

const sizes = (name, bytes) => ({
  [`${name} raw`]: bytes.length,
  [`${name} gzip`]: gzipSync(bytes, { level: 9 }).length,
  [`${name} brotli`]: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
});
