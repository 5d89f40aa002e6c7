// The programs of README.md and examples/libuv/README.md: what they show works when it is copied.

import { readFileSync } from 'node:fs';
import { runNode } from './support/child.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const blocks = (language, path = 'README.md') =>
  [...read(path).matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, of]) => of === language).map(([, , code]) => code);

test("the README's JavaScript programs run", async () => {
  const programs = blocks('js');
  expect(programs).toHaveLength(4);
  const results = await Promise.all(programs.map((program) => runNode(program)));
  expect(results.map(({ code, stderr }) => ({ code, stderr }))).toStrictEqual(
    programs.map(() => ({ code: 0, stderr: '' })),
  );
  const [first, second, third, fourth] = results.map(({ stdout }) => stdout);
  expect(first).toContain('and the timers keep their time');
  expect(first).toContain("{ primes: 17984, reply: 'waited for, and sent back in' }"); // pi(200,000)
  expect(second.trim()).toBe('49999995000000');
  expect(third).toMatch(/^100 %\n1000000\n4$/m);
  expect(fourth.trim()).toBe('runnable 1');
});

test("the README's C program is the one that is built against the installed library", () => {
  expect(blocks('c')).toStrictEqual([read('test/consumer/main.c')]);
});

test("the loop around poll is the one that the tests of the examples build and run", () => {
  const shown = blocks('c', 'examples/libuv/README.md');
  expect(shown).toHaveLength(1);
  expect(read('examples/libuv/poll_loop.c')).toContain(shown[0]);
});
