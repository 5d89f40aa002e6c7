// The entry of the one-file build, for pages without a bundler: the global `cooperator` has the exports of the package,
// and `cooperator.work` those of `cooperator/work`.

export * from './index.js';
export * as work from './work.js';
