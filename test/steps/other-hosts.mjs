// The packed package works in older and poorer hosts: test/hosts/others.js.
import { otherHostChecks } from '../hosts/others.js';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() => runChecks(otherHostChecks));
