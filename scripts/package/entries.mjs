/**
 * The entries that share short names of internal members. The other ones know `cooperator` only by its public names.
 */
export const closeEntries = ['index', 'sync', 'testing', 'work'];

/** The entries of the package: `cooperator` is js/index.js, `cooperator/work` is js/work.js. */
export const entries = [...closeEntries, 'preemptible', 'twisted', 'worker'];

/** The programs of the package, for `bin`. They are copied as they are: beside them are the entries that they import. */
export const programs = ['cli'];

/** Those that are built on the main one, and import it. */
const builtOnMain = ['sync', 'twisted'];

/**
 * The entries that run the core in JavaScript, by the names of their files: `cooperator/without-wasm`, and the entries
 * that are built on it, such as `cooperator/without-wasm/sync`.
 */
export const withoutWasm = {
  'without-wasm': 'without-wasm',
  ...Object.fromEntries(builtOnMain.map((name) => [`without-wasm-${name}`, name])),
};
