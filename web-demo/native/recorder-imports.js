/* What recorder.c asks of JavaScript, for Emscripten's linker; recorder.js supplies it. */
mergeInto(LibraryManager.library, {
  now_ms: function () {},
});
