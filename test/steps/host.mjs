// Runs the bundled JavaScript tests in a browser or a runtime: node test/steps/host.mjs <chromium, node22, deno, ...>
import { launch } from '../hosts/browsers.js';
import { perNode } from '../hosts/files.js';
import { runInBrowser, runInRuntime, runtimes } from '../hosts/hosts.js';
import { total } from '../../scripts/ctest.mjs';
import { runJest } from './support/jest.mjs';
import { runStep } from './support/report.mjs';

/** A further version of Node also runs, in Jest, the tests that can come out differently in each version. */
async function runInNode(name) {
  const results = [await runInRuntime(name), await runJest(runtimes[name].command, name, perNode)];
  const output = results.filter(({ failed }) => failed > 0).map((result) => result.output);
  return { ...total(results), output: output.join('\n') };
}

const [name] = process.argv.slice(2);
await runStep(() => {
  if (name in launch) return runInBrowser(name);
  return /^node\d/.test(name) ? runInNode(name) : runInRuntime(name);
});
