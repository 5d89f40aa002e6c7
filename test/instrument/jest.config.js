export default {
  rootDir: '../..',
  roots: ['<rootDir>/test/instrument'],
  testMatch: ['**/*.test.js'],
  testTimeout: 120_000,
  testEnvironment: 'node',
  transform: {},
};
