// Which JavaScript files may import which. test/architecture/dependencies.test.js holds the tree to these rules, and
// proves of each rule that it can fail. By hand: npx depcruise js test bench examples web-demo scripts
//
// Types in JSDoc, such as import('./types.js').Scheduler, count as imports too. test/architecture/circles.cjs forbids
// circles of imports, for which they do not count.

/** The layers of js/: what files in each place may import. A place may always import from itself. */
const layers = {
  'util/': [],
  'errors.js': ['util/'],
  'core/': ['errors.js', 'util/'],
  'scheduling/': ['util/'],
  'tasks/': ['core/', 'scheduling/', 'errors.js', 'util/'],
  'interop/': ['tasks/', 'core/', 'errors.js', 'util/'],
  'work/': [
    'tasks/in-async-generator.js',
    'tasks/signals.js',
    'util/argument-errors.js',
    'util/async-iterator.js',
    'util/platform.js',
    'util/report-unhandled.js',
    'util/stack.js',
    'util/stop-errors.js',
    'util/thenable.js',
    'util/work-protocol.js',
  ],
  'sync/': [
    'index.js',
    'tasks/in-async-generator.js',
    'util/argument-errors.js',
    'util/platform.js',
    'util/report-unhandled.js',
    'util/stack.js',
    'util/thenable.js',
    'util/work-protocol.js',
  ],
  'preemptible/': ['util/argument-errors.js', 'util/platform.js'],
  'index.js': ['interop/', 'tasks/', 'scheduling/', 'core/', 'errors.js'],
  'sync.js': ['sync/'],
  'without-wasm.js': ['index.js'],
  'work.js': ['work/'],
  'twisted/': ['index.js', 'util/'],
  'worker/': ['util/argument-errors.js', 'util/platform.js', 'util/report-unhandled.js'],
  'testing.js': [],
  'worker.js': ['worker/'],
  'twisted.js': ['twisted/'],
  'preemptible.js': ['preemptible/'],
  'cli.js': ['preemptible.js'],
  'browser-global.js': ['index.js', 'sync.js', 'work.js'],
};

/** Why a layer has its bounds, where the table alone does not tell. */
const reasons = {
  'util/': 'Helpers know nothing of the package.',
  'core/': 'The WebAssembly core knows no tasks: it reaches them through handles and the functions that it imports.',
  'scheduling/': 'Schedulers and predicates serve any loop: they know no task and no WebAssembly.',
  'work/':
    'Ready-made work is a bundle of its own. It shares only modules without state with the main one, because a module ' +
    'in both bundles exists twice.',
  'sync/':
    'Semaphores and queues are a bundle of their own, which imports the main one: their Deferreds are its Deferreds.',
  'preemptible/':
    'It is a bundle of its own, and what it makes of a call is work like any other: it needs nothing of tasks.',
  'testing.js': 'The test helpers are a bundle of their own and need nothing of the package.',
};

/** The layers of web-demo/. Its tasks, panel, film and measurements do not know each other: app/ connects them. */
const demoLayers = {
  'util/': [],
  'native/': [],
  'tasks/': ['native/', 'util/'],
  'panel/': ['util/'],
  'film/': ['util/'],
  'measure/': ['native/'],
  'app/': ['tasks/', 'panel/', 'film/', 'measure/', 'native/', 'styles/', 'util/'],
};

/** The modules that several bundles of the package contain, each with its own copy; scripts/build.mjs has the list too. */
const STATELESS =
  '^js/(tasks/(in-async-generator|signals)|util/(argument-errors|async-context|async-iterator|platform|report-unhandled|stack|stop-errors|thenable|timers|work-protocol))[.]js$';

const ENTRIES =
  '^js/(index|sync|work|testing|preemptible|twisted|worker|worker/thread|cli|browser-global|without-wasm)[.]js$';

/** The loader of the core that the build of without-wasm.js takes in place of js/core/wasm.js. */
const OTHER_LOADER = '^js/core/without-wasm[.]js$';

/** The core, which the loaders in js/core/ inline. */
const WASM = '^dist/cooperator[.]wasm$';

const escape = (path) => path.replaceAll('.', '[.]');
const pattern = (place) => `^js/${escape(place)}${place.endsWith('.js') ? '$' : ''}`;

const layerRules = Object.entries(layers).map(([place, below]) => ({
  name: `js/${place}`,
  comment: `${reasons[place] ?? 'Imports lead from the entries downwards, never up.'} It may import: ${
    below.map((name) => `js/${name}`).join(', ') || 'nothing'
  }.`,
  severity: 'error',
  from: { path: pattern(place) },
  to: {
    pathNot: [place, ...below].map(pattern).concat(place === 'core/' ? [WASM] : []),
    ...(place === 'cli.js' && { dependencyTypesNot: ['core'] }), // a program of Node
  },
}));

const demoLayerRules = Object.entries(demoLayers).map(([place, below]) => ({
  name: `web-demo/${place}`,
  comment: `web-demo/README.md describes the folders. This one may import: ${
    below.map((name) => `web-demo/${name}`).join(', ') || 'none of the others'
  }.`,
  severity: 'error',
  from: { path: `^web-demo/${place}` },
  to: { path: '^web-demo/', pathNot: [place, ...below].map((name) => `^web-demo/${name}`) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...demoLayerRules,
    {
      name: 'no-unknown-folders',
      comment: 'Every file in js/ belongs to a layer. A new folder needs a line in the table above.',
      severity: 'error',
      from: {},
      to: { path: '^js/', pathNot: Object.keys(layers).map(pattern) },
    },
    {
      name: 'no-unused-files',
      comment: 'Every file in js/ is imported by an entry, directly or through others.',
      severity: 'error',
      from: { path: ENTRIES },
      to: { path: '^js/', pathNot: [ENTRIES, OTHER_LOADER], reachable: false },
    },
    {
      name: 'stateless-modules-stay-small',
      comment:
        'A module that several bundles contain must not bring state along: it may import only others of these modules.',
      severity: 'error',
      from: { path: STATELESS },
      to: { pathNot: STATELESS },
    },
    {
      name: 'only-the-published-package',
      comment:
        "The demo, the examples, the benchmarks, the scripts and the tests import 'cooperator' as a user would. " +
        'Exceptions: the tests of the architecture; the test that calls the functions of the core itself, by their ' +
        'status numbers; and the test whether a host reports that no AsyncLocalStorage store is active, which cannot ' +
        'be seen from outside.',
      severity: 'error',
      from: {
        pathNot: ['^js/', '^test/architecture/', '^test/verify/bridge[.]mjs$', '^test/hosts/programs/store-'],
      },
      to: { path: '^js/' },
    },
    {
      name: 'no-built-files',
      comment:
        'Only the loaders of the core import a file of dist/, the WebAssembly module. Everyone else imports the package ' +
        'by its name, which leads to the right file for the host.',
      severity: 'error',
      from: { pathNot: ['^js/core/wasm[.]js$', OTHER_LOADER] },
      to: { path: '^dist/', dependencyTypes: ['local'] },
    },
  ],
  options: {
    detectJSDocImports: true,
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['(^|/)node_modules/', '^build/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
