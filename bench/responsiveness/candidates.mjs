// What is measured, in the order of the report. `module` and `variant`: see ../implementations. `kind`: `default` is
// what users get who choose nothing; a `control` is there for comparison and is not in the chart.

const cooperator = (variant, title, kind = 'ours') => ({
  name: `cooperator-${variant}`,
  module: 'cooperator',
  variant,
  title,
  kind,
});
const library = (name, title = name, { module = name, variant } = {}) => ({
  name,
  module,
  variant,
  title,
  kind: 'library',
});
const control = (name, title) => ({ name, module: name, title, kind: 'control' });

export const candidates = [
  cooperator('auto', 'cooperator', 'default'),
  cooperator('message', 'cooperator, message()'),
  cooperator('post-task', 'cooperator, postTask()'),
  cooperator('post-task-user-blocking', "cooperator, postTask('user-blocking')"),
  cooperator('timeout', 'cooperator, timeout()'),
  cooperator('animation-frame', 'cooperator, animationFrame()'),
  cooperator('idle', 'cooperator, idle()'),
  library('react-scheduler', "React's scheduler"),
  library('main-thread-scheduling-smooth', "main-thread-scheduling, 'smooth'", {
    module: 'main-thread-scheduling',
    variant: 'smooth',
  }),
  library('main-thread-scheduling-interactive', "main-thread-scheduling, 'interactive'", {
    module: 'main-thread-scheduling',
    variant: 'interactive',
  }),
  library('lrt'),
  library('lrt-post-message', "lrt, 'postMessage'", { module: 'lrt', variant: 'postMessage' }),
  library('js-coroutines'),
  library('scheduler-yield', 'scheduler.yield'),
  library('scheduler-polyfill'),
  library('set-timeout', 'setTimeout'),
  cooperator('one-slice', 'cooperator, in one slice', 'control'),
  control('uninterrupted', 'uninterrupted'),
  control('idle-page', 'idle page'),
];
