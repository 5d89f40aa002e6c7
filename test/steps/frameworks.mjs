// Frameworks build applications with the packed package: test/packaging/frameworks.js.
import { launchChromium } from '../hosts/browsers.js';
import { frameworkChecks } from '../packaging/frameworks.js';
import { runChecks, runStep } from './support/report.mjs';

await runStep(async () => {
  const browser = await launchChromium();
  return runChecks(frameworkChecks(browser)).finally(() => browser.close());
});
