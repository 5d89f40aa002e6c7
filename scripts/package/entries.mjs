/** The entries of the package: `cooperator` is js/index.js, `cooperator/work` is js/work.js. */
export const entries = ['index', 'sync', 'testing', 'work'];
