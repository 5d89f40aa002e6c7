// Browsers take seconds to start, and two at the same time would disturb each other's frame rates.
export default {
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 60_000,
  maxWorkers: 1,
};
