// Bundlers bundle the packed package: test/packaging/bundlers.js.
import { launchChromium } from '../hosts/browsers.js';
import { bundlerChecks } from '../packaging/bundlers.js';
import { runChecks, runStep } from './support/report.mjs';

await runStep(async () => {
  const browser = await launchChromium();
  return runChecks(bundlerChecks(browser)).finally(() => browser.close());
});
