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
      'no-unused-expressions': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['test/**', 'bench/**'],
    languageOptions: { globals: globals.jest },
    rules: {
      // The tests contain whatever users may write.
      'getter-return': 'off',
      'no-sparse-arrays': 'off',
      'no-unsafe-finally': 'off',
      'require-yield': 'off',
    },
  },
  // Tests that bundlers drop unused imports.
  { files: ['test/packaging/shaken/unused.js'], rules: { 'no-unused-vars': 'off' } },
  { files: ['web-demo/app/service-worker.js'], languageOptions: { globals: globals.serviceworker } },
  // The code that the demo page shows stands for a visitor's.
  { files: ['web-demo/code/*.js'], languageOptions: { globals: { count: false, lines: false, show: false } } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
];
