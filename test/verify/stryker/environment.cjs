// Jest's environment for Node, which skips the tests after the first that fails, and tests that take too long.
const { TestEnvironment } = require('jest-environment-node');
const { mixinJestEnvironment } = require('@stryker-mutator/jest-runner');

/** Tests with very many items, which would dominate the run time; each has a smaller neighbour. */
const LONG = /thousand|00000|0,000|of any length|memory that grows|the stack stays flat/;

/** @returns {string}  including the names of the blocks around the test */
const fullName = ({ name, parent }) => (parent === undefined ? name : `${fullName(parent)} ${name}`);

class UntilFailure extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length !== 0) process.mutantDetected = true;
    const skipped = event.name === 'test_start' && (process.mutantDetected || LONG.test(fullName(event.test)));
    if (skipped) event.test.mode = 'skip';
  }
}

module.exports = mixinJestEnvironment(UntilFailure);
