/*
 * The imports of program.c, for Emscripten's linker: each calls what bind(), of the npm package, has put into `hooks`.
 * `Module.cooperator` is all that bind() needs of a program, whatever Emscripten calls its exports.
 */
var coop__imports = {
  // In current releases these two are there only for those who ask; 3.1.6 does not know them by these names.
  $coop__link__deps: ['$wasmMemory', '$wasmTable'].filter(function (name) {
    return name in LibraryManager.library;
  }),
  $coop__link: {
    // What can be asked for before bind().
    'hooks': {
      'host_now_ms': function () {
        return performance.now();
      },
      'host_want_slice': function () {
        return 14;
      }, // COOP_HOST_FAILED: it will be asked for again
      'host_unhandled': function (status) {
        Promise.reject(new Error('cooperator: a failure of status ' + status + ', which nobody handled before bind()'));
      },
    },
    'entries': 0,
    'memory': function () {
      return wasmMemory.buffer;
    },
    'table': function () {
      return wasmTable;
    },
  },
  coop__host_ready: function (entries) {
    coop__link['entries'] = entries;
    Module['cooperator'] = coop__link;
  },
  coop__host_now_ms: function () {
    return coop__link['hooks']['host_now_ms']();
  },
  coop__host_want_slice: function (of, wanted) {
    return coop__link['hooks']['host_want_slice'](of, wanted);
  },
  coop__host_begin_slice: function (of, limit) {
    return coop__link['hooks']['host_begin_slice'](of, limit);
  },
  coop__host_should_end_slice: function (of) {
    return coop__link['hooks']['host_should_end_slice'](of);
  },
  coop__host_native: function (task, said) {
    return coop__link['hooks']['host_native'](task, said);
  },
  coop__host_close: function (task, state, outcome, pauses) {
    coop__link['hooks']['host_close'](task, state, outcome, pauses);
  },
  coop__host_long_turn: function (of, task, ms) {
    coop__link['hooks']['host_long_turn'](of, task, ms);
  },
  coop__host_invoke: function (what, how, argument, value) {
    return coop__link['hooks']['host_invoke'](what, how, argument, value);
  },
  coop__host_unhandled: function (status, value) {
    coop__link['hooks']['host_unhandled'](status, value);
  },
  coop__host_release: function (number) {
    coop__link['hooks']['host_release'](number);
  },
  coop__host_number: function (number, out) {
    return coop__link['hooks']['host_number'](number, out);
  },
  coop__host_size: function (number, out) {
    return coop__link['hooks']['host_size'](number, out);
  },
  coop__host_read: function (number, buffer, size) {
    return coop__link['hooks']['host_read'](number, buffer, size);
  },
  coop__host_retain: function (number) {
    return coop__link['hooks']['host_retain'](number);
  },
  coop__host_release_value: function (number) {
    coop__link['hooks']['host_release_value'](number);
  },
};
Object.keys(coop__imports).forEach(function (name) {
  if (name.startsWith('coop__host_')) coop__imports[name + '__deps'] = ['$coop__link'];
});
mergeInto(LibraryManager.library, coop__imports);
