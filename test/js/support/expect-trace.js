import { Replay, parse } from './replay.js';

/**
 * Replays a trace and compares its events.
 * @param {string} text
 * @param {import('./replay.js').Implementation} implementation
 */
export async function expectTrace(text, implementation) {
  // test/model compares the final reports, in processes of its own. Here Jest would receive them.
  const trace = text.replace(/(?<=^end\n)(> reported .*\n)+/m, '');
  const lines = trace.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const replay = new Replay(implementation);
  for (const command of parse(trace)) {
    replay.run(command);
    await replay.settle();
  }
  const { log } = replay;
  replay.dispose();
  replay.handleFailures();
  expect(log.split('\n')).toStrictEqual(lines);
}
