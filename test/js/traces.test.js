// Replays test/traces, which the C tests replay too. README.md there describes the format. Timed traces are replayed by
// timed-traces.node.test.js.
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { isTimed } from './support/replay.js';
import { expectTrace } from './support/expect-trace.js';
import { traces } from './support/traces.js';

const { 'index.txt': index, ...files } = traces;
const names = index.split('\n').filter((line) => line !== '');

test('index.txt lists every trace', () => {
  expect([...names].sort()).toStrictEqual(Object.keys(files).sort());
  expect(names.length).toBeGreaterThan(10);
});

for (const name of names.filter((one) => !isTimed(files[one]))) {
  test(`trace ${name.replace('.trace', '')}`, () =>
    expectTrace(files[name], { Cooperator, Deferred, predicates, Clock }));
}
