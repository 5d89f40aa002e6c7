/*
 * The names of the functions that package.c imports, for Emscripten's linker: any other undefined symbol is a link
 * error. The functions are in js/core/host-imports.js.
 */
mergeInto(LibraryManager.library, {
  host_now_ms: function () {},
  host_request_slice: function () {},
  host_begin_slice: function () {},
  host_should_end_slice: function () {},
  host_native_turn: function () {},
  host_stop: function () {},
  host_close: function () {},
  host_long_turn: function () {},
  host_invoke: function () {},
  host_settled: function () {},
  host_unhandled: function () {},
  host_release: function () {},
});
