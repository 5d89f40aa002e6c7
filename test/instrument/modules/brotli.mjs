// brotli-wasm: Rust, through wasm-bindgen.
import { print, require, sample } from './files.js';

const brotli = await require('brotli-wasm');
const data = sample(30_000);
const compressed = brotli.compress(data, { quality: 7 });
print(compressed, brotli.decompress(compressed));
