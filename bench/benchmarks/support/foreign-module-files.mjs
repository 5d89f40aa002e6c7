/** The modules of the benchmark `preemptible`: where they are below test/modules/node_modules. */
export const moduleFiles = {
  sqlite: 'sql.js/dist/sql-wasm-browser.wasm',
  quickjs: '@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm',
  argon2: 'hash-wasm/dist/index.esm.js', // inlined there
  mozjpeg: '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  webp: '@jsquash/webp/codec/enc/webp_enc.wasm',
  png: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  brotli: 'brotli-wasm/pkg.web/brotli_wasm_bg.wasm',
  resvg: '@resvg/resvg-wasm/index_bg.wasm',
};

/** The glue of SQLite, as text: see openSqlite. */
export const sqliteGlue = 'sql.js/dist/sql-wasm-browser.js';
