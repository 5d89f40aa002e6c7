// dist/ can be built.
import { build } from '../../scripts/build.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() => runChecks({ 'dist/ is built without a warning': () => build() }));
