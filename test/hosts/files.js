// Where each file of test/js runs. Every test file is in exactly one of the first three lists, which test/hosts checks.

/** These run in Jest and in every host. */
export const everywhere = [
  'argument-errors',
  'cleanup',
  'context',
  'cooperator',
  'deferred-promise',
  'deferred',
  'ends',
  'error-reporting',
  'errors',
  'exports',
  'global-cooperator',
  'native',
  'parallel',
  'preemptible',
  'predicates',
  'public-objects',
  'queue',
  'reentrancy',
  'schedulers',
  'scheduling',
  'stats',
  'stream',
  'suspended-turns',
  'sync-queue',
  'sync',
  'task',
  'testing',
  'traces',
  'twisted',
  'wait',
  'waiting',
  'whole',
  'work-source',
  'work',
  'worker',
].map((name) => `${name}.test.js`);

/** These run in Jest and in Node, Deno and Bun, because they import modules of Node. */
export const inProcesses = ['async-context.node.test.js'];

const processes = 'its tests start processes of Node, with programs and flags of their own';

/** These run only in Jest, for these reasons. */
export const inJestOnly = {
  'cli.node.test.js': processes,
  'devtools-track.node.test.js': processes,
  'errors.node.test.js': processes,
  'fairness.node.test.js': `${processes}: their clocks are simulated`,
  'fake-timers.node.test.js': 'it replaces timers before it imports the package, with those of Jest and in processes',
  'frame-estimator.node.test.js': `${processes}: pages in simulated time`,
  'garbage-collection.node.test.js': processes,
  'letting-go.node.test.js': processes,
  'memory.node.test.js': processes,
  'page-scheduler.node.test.js': `${processes}: pages in simulated time`,
  'predicates.node.test.js': processes,
  'process.node.test.js': processes,
  'public-objects.node.test.js': processes,
  'schedulers.node.test.js': processes,
  'timed-traces.node.test.js': 'it replaces the clock before it imports the package',
  'work.node.test.js': processes,
};

/** Of `inJestOnly`, these run in each version of Node, which may differ in what they test. */
export const perNode = [
  'devtools-track.node.test.js',
  'errors.node.test.js',
  'garbage-collection.node.test.js',
  'letting-go.node.test.js',
  'memory.node.test.js',
  'process.node.test.js',
  'public-objects.node.test.js',
  'schedulers.node.test.js',
];

/** The places in a browser, and the files of test/hosts/inside that run there too. */
export const inBrowsers = {
  'page': ['hidden.js', 'busy.js', 'workers-in-workers.js'],
  'worker': ['in-worker.js'],
  'shared worker': ['in-worker.js'],
};
