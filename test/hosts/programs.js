// Programs of their own, each run by every runtime: whether it ends by itself, with which code, and what it prints.
// One that does not end is killed, which is a failure.

const schedulers = ['auto', 'timeout', 'message', 'immediate'];

export const programs = [
  ...schedulers.map((scheduler) => ({
    title: `schedulers.${scheduler}() keeps the process alive while tasks run, and not when they do not`,
    file: 'schedulers.js',
    args: [scheduler],
    lines: ['ended', 'paused', 'waits'],
  })),
  { title: 'the global cooperator, idle, lets the process end', file: 'idle.js', lines: ['idle'] },
  { title: 'tasks run to their end', file: 'work.js', lines: ['global 1000', 'own 100', 'waited for a timer'] },
  { title: 'a timeout keeps the process alive only while it is needed', file: 'timeouts.js', lines: ['TimeoutError'] },
  { title: 'a worker ends when its tasks have', file: 'worker.js', lines: ['from the worker', 'the worker has ended'] },
  ...[
    ['a', 'none', 'b'],
    ['none', 'a', 'none'],
  ].map((stores) => ({
    title: `tasks see the stores with which they were made: ${stores.join(', ')}`,
    file: 'async-context.js',
    args: stores,
    lines: [...stores, ...stores].map((store) => `${store} ${store}`),
  })),
  {
    title: 'the host tells whether a store is in force',
    file: 'store-in-force.js',
    lines: ['not used true true', 'elsewhere true', 'in force false', 'handed on false'],
  },
  { title: 'require', file: 'require.cjs', lines: ['required'] },
  {
    title: 'a task that fails while nobody asked ends the process with the error',
    file: 'unhandled.js',
    lines: ['failing'],
    code: 1,
    stderr: /too many primes/,
  },
  { title: 'a failure that is handled in time ends nothing', file: 'handled.js', lines: ['too many primes'] },
];
