// `cmake --install` installs the C library.
import { rm } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { expectSameItems } from '../../scripts/same-items.mjs';
import { nativeFiles } from './support/installed-files.mjs';
import { listFiles } from './support/list-files.mjs';
import { at, installed } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() =>
  runChecks({
    'the release build has no warning': async () => {
      await run('cmake', ['--preset', 'release']);
      await run('cmake', ['--build', '--preset', 'release']);
    },
    'the headers, the library, its CMake package and its pkg-config files are installed, and nothing else':
      async () => {
        await rm(at(installed), { recursive: true, force: true });
        await run('cmake', ['--install', 'build/release', '--prefix', at(installed)]);
        // On Debian the directory of libraries is lib or lib/x86_64-linux-gnu, depending on the prefix.
        const files = listFiles(installed).map((path) => path.replace(/^lib\/.*?(?=libcoop|cmake|pkgconfig)/, 'lib/'));
        expectSameItems(files, nativeFiles);
      },
  }),
);
