// The examples take seconds each.
export default {
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 180_000,
  maxWorkers: 2,
};
