// What the benchmark `time` measures, for the benchmark and for its tables.

/** Numbers of generator tasks that are fair by time and by turns; with --quick, those up to 1,000. */
export const FAIRNESS_COUNTS = [1, 10, 1000, 100_000];

/** Numbers of async functions. */
export const ASYNC_COUNTS = [1, 100, 10_000];

const tasks = (turnsMs, shares) => turnsMs.map((turnMs, index) => ({ turnMs, share: shares[index] }));
const mixed = [0.001, 0.05, 2, 20];

/** Tasks beside one another, by the length of their turns and their shares. */
export const SHARE_CASES = {
  ...Object.fromEntries(mixed.map((ms) => [`${ms} ms, shares 1 : 2 : 4`, tasks([ms, ms, ms], [1, 2, 4])])),
  '0.001, 0.05, 2 and 20 ms, equal shares': tasks(mixed, [1, 1, 1, 1]),
  '0.001, 0.05, 2 and 20 ms, shares 1 : 2 : 4 : 8': tasks(mixed, [1, 2, 4, 8]),
  '0.001, 0.05, 2 and 20 ms, shares 8 : 4 : 2 : 1': tasks(mixed, [8, 4, 2, 1]),
  '0.05 and 2 ms, shares 0.1 : 0.3': tasks([0.05, 2], [0.1, 0.3]),
};
