/*
 * The imports of program.c, for Emscripten's linker: each calls what bind(), of the npm package, has put into `hooks`.
 * `Module.cooperator` is all that bind() needs of a program, whatever Emscripten calls its exports.
 */
mergeInto(LibraryManager.library, {
  $cooperator: {
    // What can be asked for before bind().
    'hooks': {
      'host_now_ms': function () { return performance.now(); },
      'host_want_slice': function () { return 14; }, // COOP_HOST_FAILED: it will be asked for again
      'host_unhandled': function (status) {
        Promise.reject(new Error('cooperator: a failure of status ' + status + ', which nobody handled before bind()'));
      },
    },
    'entries': 0,
    'memory': function () { return wasmMemory.buffer; },
    'table': function () { return wasmTable; },
  },
  coop__host_ready__deps: ['$cooperator'],
  coop__host_ready: function (entries) {
    cooperator['entries'] = entries;
    Module['cooperator'] = cooperator;
  },
  coop__host_now_ms__deps: ['$cooperator'],
  coop__host_now_ms: function () { return cooperator['hooks']['host_now_ms'](); },
  coop__host_want_slice__deps: ['$cooperator'],
  coop__host_want_slice: function (of, wanted) { return cooperator['hooks']['host_want_slice'](of, wanted); },
  coop__host_begin_slice__deps: ['$cooperator'],
  coop__host_begin_slice: function (of, limit) { return cooperator['hooks']['host_begin_slice'](of, limit); },
  coop__host_should_end_slice__deps: ['$cooperator'],
  coop__host_should_end_slice: function (of) { return cooperator['hooks']['host_should_end_slice'](of); },
  coop__host_native__deps: ['$cooperator'],
  coop__host_native: function (task, said) { return cooperator['hooks']['host_native'](task, said); },
  coop__host_close__deps: ['$cooperator'],
  coop__host_close: function (task, state, outcome, pauses) {
    cooperator['hooks']['host_close'](task, state, outcome, pauses);
  },
  coop__host_long_turn__deps: ['$cooperator'],
  coop__host_long_turn: function (of, task, ms) { cooperator['hooks']['host_long_turn'](of, task, ms); },
  coop__host_invoke__deps: ['$cooperator'],
  coop__host_invoke: function (what, how, argument, value) {
    return cooperator['hooks']['host_invoke'](what, how, argument, value);
  },
  coop__host_unhandled__deps: ['$cooperator'],
  coop__host_unhandled: function (status, value) { cooperator['hooks']['host_unhandled'](status, value); },
  coop__host_release__deps: ['$cooperator'],
  coop__host_release: function (number) { cooperator['hooks']['host_release'](number); },
  coop__host_number__deps: ['$cooperator'],
  coop__host_number: function (number, out) { return cooperator['hooks']['host_number'](number, out); },
  coop__host_size__deps: ['$cooperator'],
  coop__host_size: function (number, out) { return cooperator['hooks']['host_size'](number, out); },
  coop__host_read__deps: ['$cooperator'],
  coop__host_read: function (number, buffer, size) { return cooperator['hooks']['host_read'](number, buffer, size); },
  coop__host_retain__deps: ['$cooperator'],
  coop__host_retain: function (number) { return cooperator['hooks']['host_retain'](number); },
});
