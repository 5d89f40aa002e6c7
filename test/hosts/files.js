// Which of test/js run where. Every test file is in one of the three lists, and test/hosts sees to that.

/** These run in Jest and in every host. */
export const everywhere = [
  'bad-input',
  'cleanup',
  'cooperator',
  'corners',
  'deferred-promise',
  'deferred',
  'errors',
  'global',
  'hooks',
  'kinds',
  'mistakes',
  'native',
  'parallel',
  'predicates',
  'queue',
  'reentrancy',
  'schedulers',
  'scheduling',
  'task',
  'testing',
  'traces',
  'waiting',
  'work',
].map((name) => `${name}.test.js`);

const processes = 'its tests start processes of Node, with programs and flags of their own';

/** These run in Jest and in Node, Deno and Bun: they need their modules. */
export const inProcesses = ['async-context.node.test.js'];

/** The places in a browser, and what of test/hosts/inside runs there too. */
export const inBrowsers = {
  'page': ['hidden.js', 'busy.js'],
  'worker': ['in-worker.js'],
  'shared worker': ['in-worker.js'],
};

/** These run in Jest only, for these reasons; those in `perNode` there in each version of Node. */
export const inJestOnly = {
  'collection.test.js': processes,
  'errors.node.test.js': processes,
  'memory.test.js': processes,
  'frames.test.js': `${processes}: pages in simulated time`,
  'page.test.js': `${processes}: pages in simulated time`,
  'predicates.node.test.js': processes,
  'process.test.js': processes,
  'schedulers.node.test.js': processes,
  'timeline.test.js': processes,
  'work.node.test.js': processes,
};

/** What may well differ from one Node to the next: the end of the process, unhandled rejections, loading, memory. */
export const perNode = [
  'collection.test.js',
  'errors.node.test.js',
  'memory.test.js',
  'process.test.js',
  'schedulers.node.test.js',
  'timeline.test.js',
];
