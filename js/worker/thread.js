// The program of a worker. It runs one job at a time: a function of a module, whose generator it drives in slices,
// because a worker receives messages only between macrotasks.
//
// The build puts its text into thread-source.js, so that no file has to be found at run time. So it imports nothing.

/** As long as in other workers: a pause takes effect after that. */
const SLICE_MS = 10;
/** Progress is reported at most that often. */
const REPORT_MS = 20;

const isWeb = typeof globalThis.postMessage === 'function';
const node = isWeb ? undefined : globalThis.process.getBuiltinModule('node:worker_threads');
const port = node === undefined ? globalThis : node.parentPort;
const time = () => performance.now();

/** Resolves when the pause is over. @type {Promise<void> | undefined} */
let paused;
let resume = () => {};
let deadline = 0;

/**
 * The job that runs, or the last one. `number` marks its messages: a function of the user's may send some of its own, and
 * may report progress after its end. 0 marks those about the worker.
 */
let job = { url: '', what: '', number: 0, over: true, progress: undefined, reportedAt: 0 };

/** Lets messages come. */
const breathe = async () => {
  report();
  await macrotask();
  while (paused !== undefined) await paused;
  deadline = time() + SLICE_MS;
};

const macrotask =
  globalThis.setImmediate !== undefined
    ? () => new Promise((resolve) => setImmediate(resolve))
    : (() => {
        const { port1, port2 } = new MessageChannel();
        const waiting = [];
        port1.onmessage = () => waiting.shift()();
        return () =>
          new Promise((resolve) => {
            waiting.push(resolve);
            port2.postMessage(0);
          });
      })();

const report = () => {
  if (job.progress === undefined || time() < job.reportedAt + REPORT_MS) return;
  port.postMessage({ job: job.number, progress: job.progress });
  job.progress = undefined;
  job.reportedAt = time();
};

/** The context of the job that runs. */
const createContext = (own = job) => ({
  signal: new AbortController().signal,
  progress(done, total) {
    for (const [name, value] of Object.entries({ done, total: total ?? 0 })) {
      // The task would not receive what cannot be cloned.
      if (typeof value !== 'number') throw new TypeError(`progress: ${name} must be a number, not ${typeof value}`);
    }
    if (own.over) return;
    own.progress = [done, total];
    report();
  },
  shouldYield: () => time() >= deadline,
  yield: breathe,
});

const isThenable = (value) => Object(value) === value && typeof value.then === 'function';

/** Runs what the function has returned. */
const drive = async (result) => {
  if (typeof result === 'function' && typeof result[Symbol.iterator] === 'function') result = result[Symbol.iterator]();
  if (typeof result?.next !== 'function') return result;
  for (let method = 'next', sent; ;) {
    let step = result[method](sent);
    if (isThenable(step)) step = await step;
    if (step.done) return step.value;
    method = 'next';
    sent = undefined;
    if (isThenable(step.value)) {
      try {
        sent = await step.value;
      } catch (error) {
        if (typeof result.throw !== 'function') throw error;
        method = 'throw';
        sent = error;
      }
    }
    if (time() >= deadline) await breathe();
  }
};

/** A text without the URL that contains a whole function. */
const short = (text) => (job.url.startsWith('data:') ? String(text).replaceAll(job.url, job.what) : String(text));

/** The properties of errors that are sent one by one. */
const known = { name: 0, message: 0, stack: 0, cause: 0, errors: 0 };

/**
 * How many errors are sent with what they contain. Errors may contain themselves, and more than once: then the limit of
 * the depth alone would allow 2^100 of them.
 */
const MOST_ERRORS = 500;

/** What can be cloned of an error. The other thread makes an error of it: see errors.js. */
const encode = (error, depth = 0, sum = { errors: 0 }) => {
  if (!(error instanceof Error)) return { value: isCloneable(error) ? error : String(error) };
  const isWhole = depth <= 100 && ++sum.errors <= MOST_ERRORS;
  const kinds = ['AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
  const { name, message, stack } = error;
  const own = Object.entries(error).filter(([key, value]) => !(key in known) && isCloneable(value));
  const isDomException = typeof DOMException === 'function' && error instanceof DOMException;
  return {
    kind: isDomException ? 'DOMException' : (kinds.find((kind) => error instanceof globalThis[kind]) ?? 'Error'),
    name: String(name),
    message: short(message),
    stack: short(stack),
    own: Object.fromEntries(own),
    cause: isWhole && Object.hasOwn(error, 'cause') ? encode(error.cause, depth + 1, sum) : undefined,
    errors:
      isWhole && Array.isArray(error.errors) ? error.errors.map((each) => encode(each, depth + 1, sum)) : undefined,
  };
};

const isCloneable = (value) => {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
};

const run = async ({ url, name, what, args }) => {
  let f;
  try {
    f = (await import(url))[name];
  } catch (error) {
    return { unloaded: encode(error) };
  }
  if (typeof f !== 'function') return { wrong: `${what} must export a function as "${name}", not ${typeof f}` };
  deadline = time() + SLICE_MS;
  try {
    return { value: await drive(await f(...args, createContext())) };
  } catch (error) {
    return { error: encode(error) };
  }
};

const receive = async (message) => {
  if (message.args !== undefined) {
    continueWork(); // a pause may have come after the end of the last job
    const { url, what, job: number } = message;
    job = { url, what, number, over: false, progress: undefined, reportedAt: 0 };
    const result = await run(message);
    job.over = true;
    const end = { job: number, progress: job.progress, over: true };
    try {
      port.postMessage({ ...result, ...end });
    } catch (error) {
      port.postMessage({ wrong: `the result cannot be cloned: ${error.message}`, ...end });
    }
  } else if (message.pause) {
    paused ??= new Promise((resolve) => {
      resume = resolve;
    });
  } else {
    continueWork();
  }
};

const continueWork = () => {
  paused = undefined;
  resume();
};

if (node === undefined) {
  globalThis.onmessage = ({ data }) => receive(data);
  // Browsers would only log it. In Node it ends the worker.
  globalThis.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    port.postMessage({ job: 0, unhandled: encode(event.reason) });
  });
  // A worker that closes itself tells nobody.
  for (const [owner, name] of [
    [globalThis, 'close'],
    [globalThis.process, 'exit'],
    [globalThis.Deno, 'exit'],
  ]) {
    const end = owner?.[name];
    if (end === undefined) continue;
    owner[name] = (...args) => {
      port.postMessage({ job: 0, closed: true });
      return end.apply(owner, args);
    };
  }
} else {
  port.on('message', receive);
}
