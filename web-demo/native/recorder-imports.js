/* Declares for Emscripten's linker what recorder.c imports. measure/recorder.js passes the function itself. */
mergeInto(LibraryManager.library, {
  now_ms: function () {},
});
