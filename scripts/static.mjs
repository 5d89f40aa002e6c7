// What can be said of the sources without running them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const sources = readdirSync(join(root, 'src'))
  .filter((name) => name.endsWith('.c'))
  .map((name) => `src/${name}`)
  .concat('src/stdhost/stdhost.c');
const language = ['-std=c11', '-Iinclude'];

/** By their names; each rejects with what there is to say. */
export const staticChecks = {
  eslint: () => run(process.execPath, ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']),
  'clang-tidy': () => run('clang-tidy', ['--quiet', ...sources, '--', ...language]),
  cppcheck: () =>
    run('cppcheck', [
      '--enable=warning,performance,portability,style',
      '--error-exitcode=1',
      '--quiet',
      '--std=c11',
      '-Iinclude',
      // standard headers are not looked at; a callback's parameters are as its type has them; `continue` says that the
      // loop has no body; the members that are not used here are JavaScript's to read
      '--suppress=missingIncludeSystem',
      '--suppress=constParameter',
      '--suppress=redundantContinue',
      '--suppress=unusedStructMember:src/wasm/program.c',
      // bridge.inc is looked at where it is included
      ...sources,
      'src/wasm/package.c',
      'src/wasm/program.c',
      'src/wasm/memory.c',
    ]),
  'gcc -fanalyzer': async () => {
    for (const source of sources) {
      await run('gcc', [
        ...language,
        '-O1',
        '-fanalyzer',
        '-Wall',
        '-Wextra',
        '-Werror',
        '-c',
        source,
        '-o',
        '/dev/null',
      ]);
    }
  },
};
