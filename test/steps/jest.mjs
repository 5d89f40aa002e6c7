// Runs test files with Jest: node test/steps/jest.mjs <name> <argument of Jest>...
import { runJest } from './support/jest.mjs';
import { runStep } from './support/report.mjs';

const [name, ...args] = process.argv.slice(2);
await runStep(() => runJest(process.execPath, name, args));
