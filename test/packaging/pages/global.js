/* global cooperator */
// Uses the global that the single file defines.
const {
  cooperate,
  work: { map, range },
} = cooperator;

async function run() {
  const squares = await cooperate(map(range(1000), (n) => n ** 2)).whenDone();
  return squares.at(-1) + 5;
}

globalThis.outcome = run().catch((error) => error.message);
