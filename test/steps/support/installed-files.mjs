// The files that `cmake --install` must install.
import { readdirSync } from 'node:fs';
import { at } from './paths.mjs';

const headers = readdirSync(at('include/cooperator')).map((name) => `include/cooperator/${name}`);
const cmakeFiles = ['Config', 'ConfigVersion', 'Targets', 'Targets-release'].map(
  (name) => `lib/cmake/cooperator/cooperator${name}.cmake`,
);

/** For a program of the machine itself. */
export const nativeFiles = [
  ...headers.filter((path) => path !== 'include/cooperator/wasm.h'),
  ...cmakeFiles,
  'lib/libcooperator.a',
  'lib/libcooperator_instrument.a',
  'lib/libcooperator_stdhost.a',
  'lib/pkgconfig/cooperator.pc',
  'lib/pkgconfig/cooperator-stdhost.pc',
];

/** For a program that is built with Emscripten. */
export const wasmFiles = [
  ...headers.filter((path) => !/(stdhost|instrument)\.h$/.test(path)),
  ...cmakeFiles,
  'lib/libcooperator.a',
  'lib/libcooperator_wasm.a',
  'share/cooperator/program.js',
];
