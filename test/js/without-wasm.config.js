// The same tests on cooperator/without-wasm, which `import 'cooperator'` gets under the condition react-native. Programs
// that the tests start get it by an option of Node.
import config from '../../jest.config.js';

process.env.OPTIONS_OF_PROGRAMS = '--conditions=react-native';

export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/test/js'],
  testEnvironmentOptions: { customExportConditions: ['react-native', 'node', 'node-addons'] },
};
