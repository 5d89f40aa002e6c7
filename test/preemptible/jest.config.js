export default {
  rootDir: '../..',
  roots: ['<rootDir>/test/preemptible'],
  testMatch: ['**/*.test.js'],
  testTimeout: 120_000,
  testEnvironment: 'node',
  transform: {},
};
