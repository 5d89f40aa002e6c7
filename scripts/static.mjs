// Static analysis: what tools find in the sources without running them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const sources = ['src', 'src/instrument', 'src/stdhost'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => `${folder}/${name}`),
);
const language = ['-std=c11', '-Iinclude'];

/** By tool. Each rejects with the tool's findings. */
export const staticChecks = {
  'eslint': () => run(process.execPath, ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']),
  'clang-tidy': () => run('clang-tidy', ['--quiet', ...sources, '--', ...language]),
  'cppcheck': () =>
    run('cppcheck', [
      '--enable=warning,performance,portability,style',
      '--error-exitcode=1',
      '--quiet',
      '--std=c11',
      '-Iinclude',
      '--suppress=missingIncludeSystem', // the headers of the standard library
      '--suppress=constParameter', // callbacks must have the type of their hook
      '--suppress=redundantContinue', // a `continue` that marks an empty loop body
      '--suppress=unusedStructMember:src/wasm/program.c', // JavaScript reads these members
      // The file that these include is checked with them.
      ...['package', 'program', 'memory', 'instrument'].map((name) => `src/wasm/${name}.c`),
      ...sources,
    ]),
  'gcc -fanalyzer': async () => {
    const options = ['-O1', '-fanalyzer', '-Wall', '-Wextra', '-Werror', '-o', '/dev/null'];
    for (const source of sources) await run('gcc', [...language, ...options, '-c', source]);
  },
};
