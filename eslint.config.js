import js from '@eslint/js';
import globals from 'globals';

export default [
  {
    ignores: [
      '**/build/',
      '**/dist/',
      'test/consumer/',
      'src/wasm/',
      'bench/core/',
      'web-demo/native/*-imports.js',
      '**/node_modules/',
    ],
  },
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
    files: ['test/**', 'bench/**'],
    languageOptions: { globals: globals.jest },
    rules: {
      'getter-return': 'off', // as below: what users may write is tested
      'no-sparse-arrays': 'off',
      'no-unsafe-finally': 'off',
      'require-yield': 'off', // a generator may well end in its first turn
    },
  },
  // imported, and not used: that is the test
  { files: ['test/packaging/shaken/unused.js'], rules: { 'no-unused-vars': 'off' } },
  { files: ['web-demo/app/service-worker.js'], languageOptions: { globals: globals.serviceworker } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
];
