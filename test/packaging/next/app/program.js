// The program of all places.
import { cooperate, wait } from 'cooperator';
import { map, range } from 'cooperator/work';

export function run() {
  return cooperate(function* () {
    const squares = yield* map(range(1000), (n) => n ** 2);
    return squares.at(-1) + (yield* wait(Promise.resolve(5)));
  }).whenDone();
}
