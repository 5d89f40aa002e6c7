// @jsquash/webp: embind.
import { file, load, print, sample } from './files.js';

const encoder = await load('@jsquash/webp/encode.js');
const decoder = await load('@jsquash/webp/decode.js');
globalThis.ImageData ??= class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
await encoder.init(new WebAssembly.Module(file('@jsquash/webp/codec/enc/webp_enc_simd.wasm')));
await decoder.init(new WebAssembly.Module(file('@jsquash/webp/codec/dec/webp_dec.wasm')));
const image = new ImageData(new Uint8ClampedArray(sample(64 * 64 * 4)), 64, 64);
const encoded = await encoder.default(image, { quality: 60 });
const decoded = await decoder.default(encoded);
print(new Uint8Array(encoded), new Uint8Array(decoded.data));
