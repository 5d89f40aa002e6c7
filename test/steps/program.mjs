// The library is installed for Emscripten; a C program that links it, test/program, shares tasks and Deferreds with
// JavaScript.
import { rm } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { expectSameItems } from '../../scripts/same-items.mjs';
import { wasmFiles } from './support/installed-files.mjs';
import { runJest } from './support/jest.mjs';
import { listFiles } from './support/list-files.mjs';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

// Debian's Emscripten looks for its JavaScript packages where only Debian's Node searches.
const env = { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') };
const installed = 'build/installed-wasm';
const build = 'build/program';

const builds = {
  'the library is installed for Emscripten': async () => {
    await run('cmake', ['--build', '--preset', 'wasm', '--target', 'cooperator_wasm']);
    await rm(at(installed), { recursive: true, force: true });
    await run('cmake', ['--install', 'build/wasm', '--prefix', at(installed)]);
    expectSameItems(listFiles(installed), wasmFiles);
  },
  'find_package finds the library': async () => {
    await rm(at(build), { recursive: true, force: true });
    const toolchain = ['-G', 'Ninja', '--toolchain', at('cmake/emscripten.cmake')];
    const library = `-Dcooperator_DIR=${at(installed)}/lib/cmake/cooperator`;
    await run('cmake', ['-S', 'test/program', '-B', build, ...toolchain, library], { env });
  },
  'the program is linked without a warning': async () => {
    const output = await run('cmake', ['--build', build], { env });
    if (/warning:/.test(output)) throw new Error(output);
  },
};

await runStep(async () => {
  const built = await runChecks(builds);
  if (built.failed > 0) return built;
  const tested = await runJest(process.execPath, 'program', ['--config', 'test/program/jest.config.js']);
  return { ...tested, passed: built.passed + tested.passed };
});
