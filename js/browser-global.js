// The entry of the one-file build, for pages without a bundler: the global `cooperator` has the exports of the package,
// `cooperator.work` those of `cooperator/work`, and `cooperator.sync` those of `cooperator/sync`.

export * from './index.js';
export * as sync from './sync.js';
export * as work from './work.js';
