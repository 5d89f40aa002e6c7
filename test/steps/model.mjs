// Random scripts give the same log on the reference model, the package, the C core and Twisted. The seed is fixed, so
// that a failure can be repeated; `npm run verify` takes a new seed each time.
import { checkDifferences, compareAll } from '../model/compare.js';
import { runStep } from './support/report.mjs';

await runStep(async () => {
  const { checked, wrong } = await checkDifferences();
  const { scripts, differences, shown } = await compareAll({ scripts: 2000, seed: 1, workers: 1 });
  const compared = Object.values(scripts).reduce((sum, count) => sum + count);
  return {
    passed: checked - wrong.length + compared - differences,
    failed: wrong.length + differences,
    output: [...wrong, ...shown].join('\n'),
  };
});
