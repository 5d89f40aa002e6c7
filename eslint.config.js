import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['build/', 'dist/', 'test/consumer/', 'src/wasm/imports.js', '**/node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2025,
      sourceType: 'module',
      globals: { ...globals.browser, ...globals.node },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-constant-binary-expression': 'error',
      'no-implicit-coercion': ['error', { boolean: true, number: true, string: true }],
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-throw-literal': 'off', // what a user throws may be anything, and the tests throw it
      'no-unused-expressions': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'require-await': 'off', // an async function without await is what some tests are about
    },
  },
  {
    files: ['test/**'],
    languageOptions: { globals: globals.jest },
    rules: {
      'no-unsafe-finally': 'off', // what becomes of such a throw is tested
      'require-yield': 'off', // as are generators that end or fail in their first turn
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
];
