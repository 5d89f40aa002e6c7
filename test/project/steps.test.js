// The graph of test steps, and how their results are counted: a test that did not run must not count as passed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { runCtest, total } from '../../scripts/ctest.mjs';
import { run } from '../../scripts/run.mjs';
import { npmFolders } from '../../scripts/setup.mjs';
import { tools } from '../../scripts/tools.mjs';
import { runJest } from '../steps/support/jest.mjs';
import { runChecks } from '../steps/support/report.mjs';
import { at, firstColumn, listSteps, read, section } from './support.js';

const directory = 'build/test-project';

describe('the graph', () => {
  let steps;
  beforeAll(async () => {
    steps = await listSteps();
  });

  test('CONTRIBUTING.md describes every step and group, and no others', () => {
    const groups = steps.flatMap(({ labels }) => labels).filter((label) => !label.includes(':'));
    const described = firstColumn(section(read('CONTRIBUTING.md'), '### Test steps'));
    expect(described.sort()).toEqual([...new Set([...steps.map(({ name }) => name), ...groups])].sort());
  });

  test('steps need only tools and folders that setup can install', () => {
    const needed = new Set(steps.flatMap(({ labels }) => labels.filter((label) => label.includes(':'))));
    const known = [...Object.keys(tools).map((name) => `tool:${name}`), ...npmFolders.map((folder) => `npm:${folder}`)];
    expect([...needed].filter((label) => !known.includes(label))).toEqual([]);
  });
});

/** Runs a graph whose steps run shell commands, and gives each step's counts. */
async function runGraph(name, steps, ...args) {
  const source = `${directory}/${name}`;
  mkdirSync(at(source), { recursive: true });
  const tests = Object.entries(steps).map(
    ([step, { command, properties = '' }]) =>
      `add_test(NAME ${step} COMMAND sh -c [[${command}]])\n` +
      `set_tests_properties(${step} PROPERTIES TIMEOUT 60 ${properties})\n`,
  );
  const head = 'cmake_minimum_required(VERSION 3.23)\nproject(graph LANGUAGES NONE)\nenable_testing()\n';
  writeFileSync(at(`${source}/CMakeLists.txt`), head + tests.join(''));
  await run('cmake', ['-S', source, '-B', `${source}/build`]);
  const { results } = await runCtest(['--test-dir', `${source}/build`, ...args], `${source}/report.xml`);
  return Object.fromEntries(results.map(({ name, passed, failed }) => [name, [passed, failed]]));
}

describe('a step', () => {
  test('counts the tests of its last line', async () => {
    const results = await runGraph('counts', {
      several: { command: 'echo "<&> 9 passed, 9 failed"; seq 5000; echo "12 passed, 0 failed"' },
      one: { command: 'printf "1 passed, 0 failed"' },
    });
    expect(results).toEqual({ several: [12, 0], one: [1, 0] });
  });

  test('fails as a whole if it counts no test, crashes or takes too long', async () => {
    const results = await runGraph('failures', {
      silent: { command: 'true' },
      empty: { command: 'echo "0 passed, 0 failed"' },
      failed: { command: 'echo "3 passed, 2 failed"; exit 1' },
      crashed: { command: 'echo "3 passed, 0 failed"; kill -SEGV $$' },
      slow: { command: 'echo "3 passed, 0 failed"; exec sleep 60', properties: 'TIMEOUT 1' },
      skipped: { command: 'echo "3 passed, 0 failed"; exit 77', properties: 'SKIP_RETURN_CODE 77' },
    });
    expect(results).toEqual({
      silent: [0, 1],
      empty: [0, 1],
      failed: [3, 2],
      crashed: [3, 1],
      slow: [3, 1],
      skipped: [3, 1],
    });
  });

  test('does not run, and counts as failed, after a failure of a step that it depends on', async () => {
    const results = await runGraph('fixtures', {
      first: { command: 'echo "0 passed, 1 failed"; exit 1', properties: 'FIXTURES_SETUP first' },
      second: { command: 'echo "5 passed, 0 failed"', properties: 'FIXTURES_REQUIRED first' },
    });
    expect(results).toEqual({ first: [0, 1], second: [0, 1] });
  });

  test('is selected together with the steps that it depends on', async () => {
    const steps = {
      first: { command: 'echo "1 passed, 0 failed"', properties: 'FIXTURES_SETUP first' },
      second: { command: 'echo "5 passed, 0 failed"', properties: 'FIXTURES_REQUIRED first' },
      other: { command: 'echo "7 passed, 0 failed"' },
    };
    expect(await runGraph('selection', steps, '-R', '^second$')).toEqual({ first: [1, 0], second: [5, 0] });
  });

  test('must exist: a selection without a step fails', async () => {
    const steps = { first: { command: 'echo "1 passed, 0 failed"' } };
    await expect(runGraph('nothing', steps, '-R', '^missing$')).rejects.toThrow('ctest ran no test');
  });
});

test('the counts of several steps add up', () => {
  const counts = [
    { passed: 3, failed: 0 },
    { passed: 4, failed: 1 },
  ];
  expect(total(counts)).toEqual({ passed: 7, failed: 1 });
});

describe('checks', () => {
  test('are counted, and run in their order', async () => {
    const order = [];
    const counts = await runChecks({ first: () => order.push(1), second: async () => order.push(2) });
    expect(counts).toEqual({ passed: 2, failed: 0, output: '' });
    expect(order).toEqual([1, 2]);
  });

  test('after a failed one do not run, and count as failed', async () => {
    const fail = () => Promise.reject(Object.assign(new Error('the reason'), { output: 'the output\n' }));
    const counts = await runChecks({ first: () => {}, second: fail, third: () => {} });
    expect(counts).toEqual({
      passed: 1,
      failed: 2,
      output: 'FAILED: second\nthe output\nthe reason\nnot run after that: third\n',
    });
  });
});

describe('the counts of Jest', () => {
  /** Runs Jest on one file with the given text. */
  async function runFile(name, text) {
    const folder = at(`${directory}/jest-${name}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/jest.config.json`, '{ "transform": {}, "testMatch": ["**/*.test.cjs"] }');
    writeFileSync(`${folder}/a.test.cjs`, text);
    const { passed, failed } = await runJest(process.execPath, `project-${name}`, [
      '--config',
      `${folder}/jest.config.json`,
    ]);
    return [passed, failed];
  }

  test.each([
    ['passed', "test('a', () => {}); test('b', () => {});", [2, 0]],
    ['failed', "test('a', () => {}); test('b', () => { throw new Error(); });", [1, 1]],
    ['skipped', "test('a', () => {}); test.skip('b', () => {}); test.todo('c');", [1, 2]],
    ['broken', "test('a', () => {}); throw new Error();", [0, 1]],
    ['empty', '', [0, 1]],
  ])('of a file whose tests are %s', async (name, text, counts) => {
    expect(await runFile(name, text)).toEqual(counts);
  });
});
