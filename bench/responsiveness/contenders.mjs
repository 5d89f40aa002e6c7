// Who is measured: ../contenders/<name>.js exports run(tasks), which resolves when all tasks are done.
// `main` is what users get who choose nothing; a control is there to compare with.

const ours = (name, title, kind = 'ours') => ({ name: `cooperator-${name}`, title, kind });
const peer = (name, title = name) => ({ name, title, kind: 'peer' });
const control = (name, title) => ({ name, title, kind: 'control' });

export const contenders = [
  ours('auto', 'cooperator', 'main'),
  ours('message', 'cooperator, message()'),
  ours('post-task', 'cooperator, postTask()'),
  ours('post-task-user-blocking', "cooperator, postTask('user-blocking')"),
  ours('timeout', 'cooperator, timeout()'),
  ours('animation-frame', 'cooperator, animationFrame()'),
  ours('idle', 'cooperator, idle()'),
  peer('react-scheduler', "React's scheduler"),
  peer('main-thread-scheduling-smooth', "main-thread-scheduling, 'smooth'"),
  peer('main-thread-scheduling-interactive', "main-thread-scheduling, 'interactive'"),
  peer('lrt'),
  peer('lrt-post-message', "lrt, 'postMessage'"),
  peer('js-coroutines'),
  peer('scheduler-yield', 'scheduler.yield'),
  peer('scheduler-polyfill'),
  peer('set-timeout', 'setTimeout'),
  control('cooperator-one-slice', 'cooperator, in one slice'),
  control('uninterrupted', 'uninterrupted'),
  control('idle-page', 'idle page'),
];
