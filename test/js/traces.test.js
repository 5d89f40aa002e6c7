// Replays test/traces, which the C tests replay too. README.md there describes the format.
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { Replay, parse } from './support/replay.js';
import { traces } from './support/traces.js';

const { 'index.txt': index, ...files } = traces;
const names = index.split('\n').filter((line) => line !== '');

test('index.txt lists every trace', () => {
  expect([...names].sort()).toStrictEqual(Object.keys(files).sort());
  expect(names.length).toBeGreaterThan(10);
});

for (const name of names) {
  // test/model compares the final reports, in processes of its own. Here Jest would receive them.
  const trace = files[name].replace(/(?<=^end\n)(> reported .*\n)+/m, '');
  test(`trace ${name.replace('.trace', '')}`, () => {
    const lines = trace.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const replay = new Replay({ Cooperator, Deferred, predicates, Clock });
    for (const command of parse(trace)) replay.run(command);
    const { log } = replay;
    replay.dispose();
    replay.handleFailures();
    expect(log.split('\n')).toStrictEqual(lines);
  });
}
