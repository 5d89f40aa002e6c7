// @bokuweb/zstd-wasm: zstd.
import { print, require, sample } from './files.js';

const zstd = require('@bokuweb/zstd-wasm');
await zstd.init();
const data = sample(100_000);
const compressed = zstd.compress(data, 12);
print(compressed, zstd.decompress(compressed));
