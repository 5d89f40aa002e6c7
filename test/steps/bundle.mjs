// Bundles the JavaScript tests for hosts that have neither Jest nor files.
import { cp } from 'node:fs/promises';
import { expectSameItems } from '../../scripts/same-items.mjs';
import { bundle, unlisted } from '../hosts/bundle.js';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() =>
  runChecks({
    'each test file is listed once in test/hosts/files.js': async () => expectSameItems(await unlisted(), []),
    'each listed test file can be bundled': async () => {
      await bundle();
      await cp(at('test/hosts/programs'), at('build/packed/programs'), { recursive: true });
    },
  }),
);
