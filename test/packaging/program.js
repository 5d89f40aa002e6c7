// The program of all projects. It uses every entry of the package.
import { cooperate } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { succeed } from 'cooperator/twisted';
import { map, range } from 'cooperator/work';
import { inWorker } from 'cooperator/worker';

export const expected = 998_001 + 5;

export async function run() {
  const clock = new Clock();
  clock.advance(await cooperate(inWorker((n) => n + 1, 4)));
  const squares = await cooperate(map(range(1000), (n) => n ** 2)).whenDone();
  return succeed(squares.at(-1) + clock.now());
}
