// The tests import 'cooperator' as a user would: test/node_modules leads to the packed and unpacked package, never to
// the sources.
export default {
  roots: ['<rootDir>/test/js', '<rootDir>/test/architecture'],
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
};
