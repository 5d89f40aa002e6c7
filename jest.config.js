// The tests import 'cooperator' as a user would: test/node_modules leads to the packed and unpacked package, never to
// the sources.
export default {
  // Tests start programs; a busy machine takes its time for that.
  testTimeout: 60_000,
  roots: ['<rootDir>/test/js', '<rootDir>/test/docs', '<rootDir>/test/architecture'],
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
};
