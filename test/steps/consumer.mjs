// Another CMake project, test/consumer, finds the installed library and links it.
import { rm } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { at, installed } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

const build = 'build/consumer';
await runStep(async () => {
  await rm(at(build), { recursive: true, force: true });
  return runChecks({
    'find_package finds the library': () =>
      run('cmake', ['-S', 'test/consumer', '-B', build, '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${at(installed)}`]),
    'the program is built': () => run('cmake', ['--build', build]),
    'the program runs': () => run(at(build, 'consumer'), []),
  });
});
