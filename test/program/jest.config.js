// The program must be built first: the step `program` does both.
export default {
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 60_000,
};
