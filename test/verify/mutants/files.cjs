// Jest's runner of test files, which begins no other once a test has failed, and begins with those that have noticed
// the mutants before this one: its neighbours in the source.
const { default: TestRunner } = require('jest-runner');

/** @type {Map<string, number>} by path: which of the mutants it was that was noticed last */
const noticed = (process.mutantsNoticed ??= new Map());

module.exports = class UntilFailure extends TestRunner {
  async runTests(tests, watcher, options) {
    const lastOf = ({ path }) => noticed.get(path) ?? 0;
    for (const test of [...tests].sort((a, b) => lastOf(b) - lastOf(a))) {
      await super.runTests([test], watcher, options);
      if (process.mutantNoticed) {
        noticed.set(test.path, Math.max(0, ...noticed.values()) + 1);
        return;
      }
    }
  }
};
