// Pages use the packed package without a bundler: test/packaging/pages.js.
import { total } from '../../scripts/ctest.mjs';
import { launchChromium, launchFirefox } from '../hosts/browsers.js';
import { makeSite, pageChecks } from '../packaging/pages.js';
import { runChecks, runStep } from './support/report.mjs';

async function checkIn(launch, name) {
  const browser = await launch();
  return runChecks(pageChecks(browser, name)).finally(() => browser.close());
}

await runStep(async () => {
  await makeSite();
  const results = [await checkIn(launchChromium, 'Chromium'), await checkIn(launchFirefox, 'Firefox')];
  return { ...total(results), output: results.map(({ output }) => output).join('') };
});
