// Jest's runner of test files, which stops at the first file with a failed test. It starts with the files that noticed
// the previous mutants, which are neighbours in the source.
const { default: TestRunner } = require('jest-runner');

/** @type {Map<string, number>} by path: the number of the last mutant that the file noticed */
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
