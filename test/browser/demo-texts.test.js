// The sentences of the demo page, and the code that it shows.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describeFreeze } from '../../web-demo/panel/cooperate-switch.js';
import { describeResults } from '../../web-demo/panel/verdict.js';

const result = (goodput, framesPerSecond, longestGapMs) => ({ goodput, framesPerSecond, longestGapMs });
const loop = result(1, 1, 1240);

test('the verdict says how much more work was done, and how smoothly', () => {
  expect(describeResults({ cooperative: result(0.92, 60, 17), timeout: result(0.075, 60, 17), loop })).toBe(
    '12 times the work of setTimeout, and as smooth. 92 % of the work of a plain loop, which froze the page for 1.2 s.',
  );
  expect(describeResults({ cooperative: result(0.5, 40, 50), timeout: result(0.1, 60, 17), loop })).toBe(
    '5.0 times the work of setTimeout, but with 40 instead of 60 frames per second. ' +
      '50 % of the work of a plain loop, which froze the page for 1.2 s.',
  );
});

test('after a freeze, the page says how long it took and how long an input waited', () => {
  expect(describeFreeze({ frozenMs: 2071, missedFrames: 123, delayMs: 0 })).toBe(
    'You were frozen for 2.1 s: 123 frames missed. Now cooperator is on again.',
  );
  expect(describeFreeze({ frozenMs: 1904, missedFrames: 1, delayMs: 1630 })).toBe(
    'You were frozen for 1.9 s: 1 frame missed, and your input waited for 1.6 s. Now cooperator is on again.',
  );
});

test('the code before and after does the same, in six lines each', async () => {
  const folder = new URL('../../test/browser/build/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const shown = [];
  globalThis.demoTest = { show: (words) => shown.push([...words]) };
  for (const name of ['before', 'after']) {
    const code = await readFile(new URL(`../../web-demo/code/${name}.js`, import.meta.url), 'utf8');
    expect(code.trimEnd().split('\n')).toHaveLength(6);
    const program = new URL(`${name}.mjs`, folder);
    const prelude = `
      const lines = ['one', 'two', 'one'];
      const count = (words, line) => words.set(line, (words.get(line) ?? 0) + 1);
      const { show } = globalThis.demoTest;
    `;
    await writeFile(program, code.replace(/^(?!import)/m, prelude));
    await import(program.href);
  }
  expect(shown).toEqual([
    [
      ['one', 2],
      ['two', 1],
    ],
    [
      ['one', 2],
      ['two', 1],
    ],
  ]);
});
