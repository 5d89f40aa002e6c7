// The documentation can be built, and its links lead somewhere.
import { buildDocs } from '../../scripts/docs.mjs';
import { checkLinks } from '../../scripts/docs/links.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() =>
  runChecks({
    'npm run docs has no warning': () => buildDocs(),
    'every link leads to a file and a place in it': () => checkLinks(),
  }),
);
