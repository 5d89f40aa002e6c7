// The package is small.
import { checkSize } from '../../scripts/size.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() => runChecks({ 'the package is within the size limit of package.json': checkSize }));
