// The entry `cooperator/without-wasm`, for hosts without WebAssembly: the exports of `cooperator`. The build bundles it
// with core/without-wasm.js in place of core/wasm.js.

export * from './index.js';
