// Runs the project's tests: npm test. The last line that it prints is `N passed, N failed`.
// Some steps or groups of them, with the steps they depend on: npm test -- jest types
//
// The steps are in test/steps/CMakeLists.txt, and ctest runs them. This file installs what they need, starts ctest and
// adds up what the steps counted. It runs on plain Node: node_modules may be absent.
import { availableParallelism } from 'node:os';
import { runCtest, total } from './ctest.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';

const graph = 'build/test-steps';
/** Steps run side by side, and the compilers that a step starts share the remaining cores. */
const lanes = Math.min(2, availableParallelism());
process.env.CMAKE_BUILD_PARALLEL_LEVEL ??= String(Math.max(1, Math.floor(availableParallelism() / lanes)));

/**
 * The steps that ctest would run with `args`, those that they depend on included.
 * @param {string[]} [args]
 * @returns {Promise<{ name: string, labels: string[] }[]>}
 */
async function list(args = []) {
  const { tests } = JSON.parse(await run('ctest', ['--test-dir', graph, '--show-only=json-v1', ...args]));
  return tests.map(({ name, properties }) => ({
    name,
    labels: properties.find((property) => property.name === 'LABELS')?.value ?? [],
  }));
}

const isGroup = (label) => !label.includes(':');

/** The arguments of ctest that select steps by their names and groups. */
async function select(names) {
  if (names.length === 0) return [];
  const steps = await list();
  const isNamed = ({ name, labels }) => names.some((wanted) => wanted === name || labels.includes(wanted));
  const known = new Set(steps.flatMap(({ name, labels }) => [name, ...labels.filter(isGroup)]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`There is no step or group ${unknown.join(', ')}. There are: ${[...known].sort().join(', ')}`);
  }
  const selected = steps.filter(isNamed).map(({ name }) => name);
  return ['-R', `^(${selected.join('|')})$`];
}

/** What the steps need is in their labels: `tool:gcc`, `npm:examples`. */
function needed(steps, kind) {
  const labels = steps.flatMap((step) => step.labels).filter((label) => label.startsWith(`${kind}:`));
  return [...new Set(labels.map((label) => label.slice(kind.length + 1)))];
}

function print(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log();
  for (const { name, passed, failed, seconds } of results) {
    console.log(`${name.padEnd(width)}  ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
  }
}

try {
  await setup(['cmake'], []);
  await run('cmake', ['-S', 'test/steps', '-B', graph, `-DNODE=${process.execPath}`]);
  const selection = await select(process.argv.slice(2));
  const steps = await list(selection);
  await setup(needed(steps, 'tool'), ['.', ...needed(steps, 'npm')]);
  const { results } = await runCtest(
    ['--test-dir', graph, '--parallel', String(lanes), '--output-on-failure', '--no-label-summary', ...selection],
    `${graph}/report.xml`,
    { show: true },
  );
  print(results);
  const { passed, failed } = total(results);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  if (error.output) console.error(error.output);
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
