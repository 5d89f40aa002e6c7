// Static analysis of the sources.
import { staticChecks } from '../../scripts/static.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() => runChecks(staticChecks));
