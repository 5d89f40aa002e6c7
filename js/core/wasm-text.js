// The module wasm-text.wat, which decodes the text of the core.
//
// The package contains the core as text that is compressed as well as its bytes: after gzip 0.8 KB smaller than
// hexadecimal. A loop in JavaScript would decode it in one to three milliseconds, because nothing has compiled it yet;
// this module takes 0.3, most of it to be compiled.

/** wasm-text.wat, assembled: a test compares the two. */
// prettier-ignore
export const DECODER = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 9, 2, 1, 109, 2, 0, 1,
  100, 0, 0, 10, 88, 1, 86, 1, 4, 127, 3, 64, 32, 1, 45, 0, 0, 33, 3, 32, 3, 65, 40, 65, 35, 32, 3, 65, 225, 0,
  79, 27, 107, 33, 3, 32, 2, 32, 3, 32, 4, 106, 58, 0, 0, 32, 2, 32, 3, 65, 212, 0, 73, 106, 33, 2, 32, 3, 65,
  211, 0, 107, 65, 212, 0, 108, 65, 0, 32, 3, 65, 212, 0, 79, 27, 33, 4, 32, 1, 65, 1, 106, 34, 1, 32, 0, 73, 13,
  0, 11, 32, 2, 11,
];
