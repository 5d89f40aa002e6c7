// Programs that every runtime runs, each in a process of its own. They show how a process with tasks behaves: it must end
// by itself, with the expected exit code and output. A process that does not end is killed, which is a failure.

const schedulers = ['auto', 'timeout', 'message', 'immediate'];

export const programs = [
  ...schedulers.map((scheduler) => ({
    title: `schedulers.${scheduler}() keeps the process alive only while tasks can run`,
    file: 'schedulers.js',
    args: [scheduler],
    lines: ['ended', 'paused', 'waits'],
  })),
  { title: 'an idle global cooperator lets the process end', file: 'idle.js', lines: ['idle'] },
  {
    title: 'the process ends after all tasks are done',
    file: 'work.js',
    lines: ['global 1000', 'own 100', 'waited for a timer'],
  },
  { title: 'a timeout keeps the process alive only while it is needed', file: 'timeouts.js', lines: ['TimeoutError'] },
  {
    title: 'a worker ends after its tasks are done',
    file: 'worker.js',
    lines: ['from the worker', 'the worker has ended'],
  },
  ...[
    ['a', 'none', 'b'],
    ['none', 'a', 'none'],
  ].map((stores) => ({
    title: `tasks see the AsyncLocalStorage store that they were created in: ${stores.join(', ')}`,
    file: 'async-context.js',
    args: stores,
    lines: [...stores, ...stores].map((store) => `${store} ${store}`),
  })),
  {
    title: 'the package detects whether an AsyncLocalStorage store is active',
    file: 'store-detection.js',
    lines: ['no store true true', 'outside true', 'inside false', 'inherited false'],
  },
  { title: 'the package can be required', file: 'require.cjs', lines: ['required'] },
  {
    title: 'an unhandled failure of a task ends the process with the error',
    file: 'unhandled.js',
    lines: ['failing'],
    code: 1,
    stderr: /too many primes/,
  },
  { title: 'a handled failure does not end the process', file: 'handled.js', lines: ['too many primes'] },
];
