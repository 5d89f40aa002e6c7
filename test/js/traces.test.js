// Replays test/traces, which the C tests replay too; the format is described in its README.md.
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { Replay, parse } from './support/replay.js';
import { traces } from './support/traces.js';

const { 'index.txt': index, ...files } = traces;
const names = index.split('\n').filter((line) => line !== '');

test('the index names every trace there is', () => {
  expect([...names].sort()).toStrictEqual(Object.keys(files).sort());
  expect(names.length).toBeGreaterThan(10);
});

for (const name of names) {
  // What is reported when all is over is compared in test/model, where the process is the replayer's own.
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
