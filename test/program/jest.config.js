// The program that main.c makes has to be built before: the step `program` of scripts/test.mjs.
export default {
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 60_000,
};
