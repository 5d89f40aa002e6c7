// Tests import 'cooperator' as a user's program would: test/node_modules leads to the packed package, not to js/.
export default {
  testTimeout: 60_000, // many tests start programs, which is slow on a busy machine
  roots: ['project', 'js', 'docs', 'architecture'].map((folder) => `<rootDir>/test/${folder}`),
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
};
