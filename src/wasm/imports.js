/*
 * The names of what the core asks of JavaScript, for Emscripten's linker: an undefined symbol that does not
 * stand here is an error. The functions themselves are supplied by js/core/wasm.js when it instantiates the module.
 */
mergeInto(LibraryManager.library, {
  host_now_ms: function () {},
  host_want_slice: function () {},
  host_begin_slice: function () {},
  host_should_end_slice: function () {},
  host_native: function () {},
  host_close: function () {},
  host_long_turn: function () {},
  host_invoke: function () {},
  host_settled: function () {},
  host_unhandled: function () {},
  host_release: function () {},
});
