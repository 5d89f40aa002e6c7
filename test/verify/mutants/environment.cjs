// Jest's environment for Node that ends a mutant's run at the first test which fails: Jest knows how only from its shell.
const { TestEnvironment } = require('jest-environment-node');
const { mixinJestEnvironment } = require('@stryker-mutator/jest-runner');

/** Tests of so many that they would be most of the time; each has others beside it that are of few. */
const LONG = /thousand|00000|any length|many lengths|memory that grows|the stack stays flat/;

/** @returns {string}  with those of the blocks that it is in */
const fullName = ({ name, parent }) => (parent === undefined ? name : `${fullName(parent)} ${name}`);

class UntilFailure extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length !== 0) process.mutantNoticed = true;
    if (event.name === 'test_start' && (process.mutantNoticed || LONG.test(fullName(event.test)))) event.test.mode = 'skip';
  }
}

module.exports = mixinJestEnvironment(UntilFailure);
