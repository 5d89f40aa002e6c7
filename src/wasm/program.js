/*
 * The imports of program.c, for Emscripten's linker. Each forwards to the function of the same name in `hooks`, which
 * bind() of the npm package fills in. `Module.cooperator` is all that bind() needs from a program, so it does not
 * depend on how Emscripten names exports.
 */
var coop__imports = {
  // Current releases of Emscripten leave these two out unless they are listed; 3.1.6 does not know the names.
  $coop__link__deps: ['$wasmMemory', '$wasmTable'].filter(function (name) {
    return name in LibraryManager.library;
  }),
  $coop__link: {
    // Before bind() a program may use Deferreds, which need only these.
    'hooks': {
      'host_now_ms': function () {
        return performance.now();
      },
      'host_unhandled': function (status) {
        Promise.reject(new Error('cooperator: unhandled failure before bind(), status ' + status));
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
  coop__host_request_slice: function (cooperator, requested) {
    return coop__link['hooks']['host_request_slice'](cooperator, requested);
  },
  coop__host_begin_slice: function (cooperator, limit) {
    return coop__link['hooks']['host_begin_slice'](cooperator, limit);
  },
  coop__host_should_end_slice: function (cooperator) {
    return coop__link['hooks']['host_should_end_slice'](cooperator);
  },
  coop__host_native_turn: function (task, returned) {
    return coop__link['hooks']['host_native_turn'](task, returned);
  },
  coop__host_stop: function (task, last) {
    return coop__link['hooks']['host_stop'](task, last);
  },
  coop__host_close: function (task, state, outcome, pauses) {
    coop__link['hooks']['host_close'](task, state, outcome, pauses);
  },
  coop__host_long_turn: function (cooperator, task, ms) {
    coop__link['hooks']['host_long_turn'](cooperator, task, ms);
  },
  coop__host_invoke: function (object, kind, argument, value) {
    return coop__link['hooks']['host_invoke'](object, kind, argument, value);
  },
  coop__host_unhandled: function (status, value) {
    coop__link['hooks']['host_unhandled'](status, value);
  },
  coop__host_release: function (object) {
    coop__link['hooks']['host_release'](object);
  },
  coop__host_number: function (value, out) {
    return coop__link['hooks']['host_number'](value, out);
  },
  coop__host_size: function (value, out) {
    return coop__link['hooks']['host_size'](value, out);
  },
  coop__host_read: function (value, buffer, size) {
    return coop__link['hooks']['host_read'](value, buffer, size);
  },
  coop__host_retain: function (value) {
    return coop__link['hooks']['host_retain'](value);
  },
  coop__host_release_value: function (value) {
    coop__link['hooks']['host_release_value'](value);
  },
};
Object.keys(coop__imports).forEach(function (name) {
  if (name.startsWith('coop__host_')) coop__imports[name + '__deps'] = ['$coop__link'];
});
mergeInto(LibraryManager.library, coop__imports);
