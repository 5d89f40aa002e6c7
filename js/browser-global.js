// The single file for a page without a bundler: the global `cooperator` is the package, `cooperator.work` its loops.

export * from './index.js';
export * as work from './work.js';
