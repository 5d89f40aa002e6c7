// Jest's environment for Node that skips what follows the first test which fails, and what would take too long.
const { TestEnvironment } = require('jest-environment-node');
const { mixinJestEnvironment } = require('@stryker-mutator/jest-runner');

/** Tests of so many that they would be most of the time; each has others beside it that are of few. */
const LONG = /thousand|00000|of any length|memory that grows|the stack stays flat/;

/** @returns {string}  with those of the blocks that it is in */
const fullName = ({ name, parent }) => (parent === undefined ? name : `${fullName(parent)} ${name}`);

class UntilFailure extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length !== 0) process.mutantNoticed = true;
    const skipped = event.name === 'test_start' && (process.mutantNoticed || LONG.test(fullName(event.test)));
    if (skipped) event.test.mode = 'skip';
  }
}

module.exports = mixinJestEnvironment(UntilFailure);
