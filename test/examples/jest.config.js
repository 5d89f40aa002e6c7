// Each example takes seconds, hence the long timeout.
export default {
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 180_000,
  maxWorkers: 2,
};
