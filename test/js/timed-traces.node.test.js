// Replays the timed traces of test/traces on a fake clock. In a file of its own, because the package takes its clock when
// it is imported.
import { restorePerformance, useClock } from './support/fake-performance.js'; // before the package
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { isTimed } from './support/replay.js';
import { expectTrace } from './support/expect-trace.js';
import { traces } from './support/traces.js';

restorePerformance();

const names = Object.keys(traces).filter((name) => name.endsWith('.trace') && isTimed(traces[name]));

test('there are timed traces', () => {
  expect(names.length).toBeGreaterThan(5);
});

for (const name of names) {
  test(`trace ${name.replace('.trace', '')}`, () =>
    expectTrace(traces[name], { Cooperator, Deferred, predicates, Clock, useClock }));
}
