// The tests of cooperator/preemptible with packages from npm: in versions of Node that can suspend WebAssembly, and in
// the one that runs this, which may not.
import { total } from '../../scripts/ctest.mjs';
import { runJest } from './support/jest.mjs';
import { at } from './support/paths.mjs';
import { runStep } from './support/report.mjs';

const nodes = {
  node: process.execPath,
  node24: at('test/hosts/node_modules/node24/bin/node'),
  node26: at('test/hosts/node_modules/node26/bin/node'),
};

await runStep(async () => {
  const results = [];
  for (const [name, node] of Object.entries(nodes)) {
    results.push(await runJest(node, `preemptible-${name}`, ['--config', 'test/preemptible/jest.config.js']));
  }
  const output = results.filter(({ failed }) => failed > 0).map((result) => result.output);
  return { ...total(results), output: output.join('\n') };
});
