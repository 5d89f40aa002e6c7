// publint finds no mistake in the packed package.
import { run } from '../../scripts/run.mjs';
import { packed } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

const args = ['node_modules/publint/src/cli.js', packed, '--strict', '--pack', 'false'];
await runStep(() => runChecks({ publint: () => run(process.execPath, args) }));
