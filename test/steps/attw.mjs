// "Are the types wrong?" finds that the packed package's types match its modules in every kind of resolution.
import { run } from '../../scripts/run.mjs';
import { tarball } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

const tool = 'node_modules/@arethetypeswrong/cli/dist/index.js';
const args = [tool, tarball, '--exclude-entrypoints', 'cooperator.wasm', '--no-emoji'];
await runStep(() => runChecks({ attw: () => run(process.execPath, args) }));
