// TypeScript projects use the packed package: test/packaging/typescript.js.
import { typescriptChecks } from '../packaging/typescript.js';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() => runChecks(typescriptChecks));
