// Coverage of src/wasm by the tests of the package and of C programs: package.mjs has run them.
//
// llvm-cov cannot read WebAssembly. So the sources are compiled once more for this machine, only for their coverage
// mapping, and the counts come from the counters in the cores.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../../../scripts/run.mjs';
import { checkLines } from './markers.mjs';
import { countsDirectory } from './package.mjs';
import { profileText } from './wasm-counters.js';

const SOURCES = ['package', 'program', 'memory'];
const built = (name) => join(root, 'build/coverage-js', name);

export async function coverageOfBridge() {
  const files = readdirSync(countsDirectory).filter((name) => name.endsWith('.wasm.json'));
  if (files.length === 0) throw new Error('no core has written its counts');
  const counts = files.map((name) => JSON.parse(readFileSync(join(countsDirectory, name), 'utf8')));
  await compileSources();
  writeFileSync(built('wasm.proftext'), profileText(counts)); // llvm-cov warns if it is older than the object files
  await run('llvm-profdata', ['merge', built('wasm.proftext'), '-o', built('wasm.profdata')]);
  const report = (format) =>
    run('llvm-cov', [
      'export',
      '-format',
      format,
      '-instr-profile',
      built('wasm.profdata'),
      ...SOURCES.flatMap((name) => ['-object', built(`${name}.o`)]),
    ]);
  return checkLines(linesOf(await report('lcov'), JSON.parse(await report('text')).data[0].files));
}

async function compileSources() {
  const declarations = built('builtins.h'); // of functions that only WebAssembly has
  writeFileSync(
    declarations,
    'unsigned long __builtin_wasm_memory_size(int);\n' +
      'unsigned long __builtin_wasm_memory_grow(int, unsigned long);\n',
  );
  const flags = ['-std=c11', '-w', '-include', declarations, '-Iinclude'];
  const mapping = ['-fprofile-instr-generate', '-fcoverage-mapping'];
  for (const name of SOURCES) {
    const output = ['-c', `src/wasm/${name}.c`, '-o', built(`${name}.o`)];
    await run('clang', [...flags, ...mapping, ...output]);
  }
}

/** @param {string} lcov  lines @param {{ filename: string, branches: number[][] }[]} mapped  branches */
function linesOf(lcov, mapped) {
  const files = new Map();
  for (const text of lcov.split('end_of_record')) {
    const path = /^SF:(.*)$/m.exec(text)?.[1];
    if (!path?.startsWith(join(root, 'src/wasm'))) continue;
    // bridge.inc is in the package and in programs: what one of them runs counts as run.
    const ways = new Map();
    for (const [line, column, , , taken, notTaken] of mapped.find(({ filename }) => filename === path).branches) {
      for (const [way, count] of [taken, notTaken].entries()) {
        const key = `${line} ${column} ${way}`;
        ways.set(key, (ways.get(key) ?? 0) + count);
      }
    }
    const lines = Array.from(text.matchAll(/^DA:(\d+),(\d+)$/gm), ([, number, count]) => {
      const own = [...ways].filter(([key]) => key.startsWith(`${number} `));
      return {
        number: Number(number),
        isRun: count !== '0',
        branches: own.length,
        branchesLeft: own.filter(([, taken]) => taken === 0).length,
      };
    });
    files.set(path.slice(root.length), lines);
  }
  return files;
}
