// cooperator/worker: work in workers, and pools of them. A function in a worker knows nothing of this file.
import { TaskStopped, cooperate } from 'cooperator';
import { WorkerError, inWorker, pool } from 'cooperator/worker';
import * as exported from 'cooperator/worker';
import { reportedBy } from './support/host-reports.js';
import { flushEventLoop, thrownBy } from './support/setup.js';

const inPageOrProcess = typeof document === 'object' || globalThis.process?.versions?.node !== undefined;
const testWithWorkers = chooseTest();

function chooseTest() {
  // Chromium has no workers in shared workers.
  if (!inPageOrProcess && typeof Worker !== 'function') {
    return (name) => test(`${name}: no workers here`, expectNoWorkers);
  }
  // A worker of Firefox can hang for ever when it starts a worker: see test/hosts/inside/workers-in-workers.js.
  if (!inPageOrProcess && navigator.userAgent.includes('Firefox')) return () => {};
  return test;
}

async function expectNoWorkers() {
  await expect(cooperate(inWorker(() => 5))).rejects.toThrow(/the host has no workers here/);
}

const errorOf = (task) =>
  task.then(
    (value) => {
      throw new Error(`no error, but ${value}`);
    },
    (error) => error,
  );
const run = (...args) => cooperate(inWorker(...args));
const moduleOf = (text) => `data:text/javascript,${encodeURIComponent(text)}`;

/** A channel from functions in workers to the test. Workers that have to wait for the test are stopped by it. */
function listen(name) {
  const channel = new BroadcastChannel(name);
  const messages = [];
  channel.onmessage = ({ data }) => messages.push(data);
  return { messages, channel };
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(condition) {
  while (!condition()) await sleep(5);
}

test('the entry exports what its documentation describes', () => {
  expect(Object.keys(exported).sort()).toStrictEqual(['Pool', 'WorkerError', 'inWorker', 'pool']);
});

describe('inWorker runs', () => {
  testWithWorkers('an ordinary function, on clones of its arguments', async () => {
    const list = [1, 2, 3];
    const { sum, other } = await run(
      (numbers, factor) => ({ sum: numbers.reduce((a, b) => a + b) * factor, other: new Map([[1, numbers]]) }),
      list,
      2,
    );
    expect([sum, other.get(1)]).toStrictEqual([12, list]);
    expect(other.get(1)).not.toBe(list);
  });

  testWithWorkers('async functions, generators, async generators and methods', async () => {
    const object = {
      *work(n) {
        yield;
        return n;
      },
      async later(n) {
        return n;
      },
    };
    const tasks = [
      run(async (n) => n, 1),
      run(function* (n) {
        yield;
        return n;
      }, 2),
      run(async function* (n) {
        yield;
        return n;
      }, 3),
      run(object.work, 4),
      run(object.later, 5),
    ];
    expect(await Promise.all(tasks)).toStrictEqual([1, 2, 3, 4, 5]);
  });

  testWithWorkers('the default export of a module, or the one that the fragment names', async () => {
    const url = moduleOf('export default (n) => n + 1; export function* double(n) { yield; return n * 2; }');
    expect(await run(url, 5)).toBe(6);
    expect(await run(new URL(`${url}#double`), 5)).toBe(10);
  });

  testWithWorkers('a yield that waits, and an error that is thrown at the yield', async () => {
    const result = await run(function* () {
      const value = yield Promise.resolve('value');
      try {
        yield Promise.reject(new Error('broken'));
      } catch (error) {
        return [value, error.message, yield 5];
      }
    });
    expect(result).toStrictEqual(['value', 'broken', undefined]);
  });

  testWithWorkers('async code with a context, and reports its progress', async () => {
    const progress = [];
    const task = cooperate(
      inWorker(async (n, { progress: report, shouldYield, yield: nextTurn, signal }) => {
        for (let done = 1; done <= n; done++) {
          report(done, n);
          await nextTurn();
        }
        return [shouldYield(), signal.aborted];
      }, 5),
      { onProgress: (each) => progress.push(each) },
    );
    expect(await task).toStrictEqual([false, false]);
    expect(progress.at(-1)).toStrictEqual({ done: 5, total: 5 });
  });

  test('with a task that has the name of the function, the export or the file', () => {
    const names = [
      function search() {},
      'https://example.org/jobs/search.js?v=1',
      new URL('https://example.org/jobs.js#find'),
    ].map((source) => inWorker(source).name);
    expect(names).toStrictEqual(['search', 'search.js', 'find']);
  });
});

describe('errors', () => {
  testWithWorkers('have their class, name, message, stack, cause and properties', async () => {
    const error = await errorOf(
      run(() => {
        throw Object.assign(new SyntaxError('unexpected ;', { cause: new RangeError('line 5') }), {
          name: 'ParseError',
          code: 'E_PARSE',
          at: { line: 5 },
          uncloneable: Math.max,
        });
      }),
    );
    expect(error).toBeInstanceOf(SyntaxError);
    expect([error.name, error.message, error.code, error.at]).toStrictEqual([
      'ParseError',
      'unexpected ;',
      'E_PARSE',
      { line: 5 },
    ]);
    expect([error.cause instanceof RangeError, error.cause.message]).toStrictEqual([true, 'line 5']);
    expect(typeof error.stack).toBe('string');
    expect(error.stack).not.toContain('unexpected%20'); // the URL that the source was sent as
    expect('uncloneable' in error).toBe(false);
    expect(Object.keys(error).sort()).toStrictEqual(['at', 'code']);
  });

  testWithWorkers('may be AggregateErrors, DOMExceptions and any other value', async () => {
    const all = await errorOf(
      run(() => {
        throw new AggregateError([new TypeError('a'), 'b'], 'all');
      }),
    );
    expect(all).toBeInstanceOf(AggregateError);
    expect([all.errors[0] instanceof TypeError, all.errors[1], all.message]).toStrictEqual([true, 'b', 'all']);
    const aborted = await errorOf(run(() => Promise.reject(new DOMException('no', 'AbortError'))));
    expect([aborted instanceof DOMException, aborted.name, aborted.message]).toStrictEqual([true, 'AbortError', 'no']);
    expect(await errorOf(run(() => Promise.reject({ any: 'value' })))).toStrictEqual({ any: 'value' });
    expect(await errorOf(run(() => Promise.reject(Symbol('symbol'))))).toBe('Symbol(symbol)');
  });

  testWithWorkers('may contain themselves, more than once', async () => {
    const error = await errorOf(
      run(() => {
        const all = new AggregateError([], 'all');
        all.errors.push(all, all);
        all.cause = all;
        throw all;
      }),
    );
    expect(error.errors.map(({ message }) => message)).toStrictEqual(['all', 'all']);
    expect(error.cause.cause.message).toBe('all');
  });

  testWithWorkers('progress that is no number fails the job where it was reported', async () => {
    const error = await errorOf(run(({ progress }) => progress(() => 5)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('progress: done must be a number, not function');
    const caught = await run(({ progress }) => {
      try {
        progress(5, '10');
      } catch ({ message }) {
        return message;
      }
    });
    expect(caught).toBe('progress: total must be a number, not string');
  });

  testWithWorkers('a function that uses what surrounds it fails with a ReferenceError', async () => {
    expect(await errorOf(run(() => moduleOf('x')))).toBeInstanceOf(ReferenceError);
  });

  testWithWorkers('an argument or a result that cannot be cloned', async () => {
    const sent = await errorOf(run((a) => a, 1, { f() {} }));
    expect(sent).toBeInstanceOf(TypeError);
    expect(sent.message).toMatch(/^inWorker: args\[1\] cannot be sent to a worker: /);
    const received = await errorOf(run(() => () => {}));
    expect(received).toBeInstanceOf(TypeError);
    expect(received.message).toMatch(/^inWorker: the result cannot be cloned: /);
  });

  testWithWorkers('a module that is not there, has a mistake or lacks the export', async () => {
    const nowhere = await errorOf(run('data:text/plain,nothing'));
    expect(nowhere).toBeInstanceOf(WorkerError);
    expect([nowhere.name, nowhere.message]).toStrictEqual([
      'WorkerError',
      expect.stringMatching(/^inWorker: a data: URL could not be loaded: /),
    ]);
    expect(nowhere.cause).toBeInstanceOf(Error);
    const wrong = await errorOf(run(moduleOf('export default 5 +;')));
    expect(wrong.message).toMatch(/^inWorker: a data: URL could not be loaded: ./);
    expect((await errorOf(run(moduleOf('export default 5')))).message).toBe(
      'inWorker: a data: URL must export a function as "default", not number',
    );
    expect((await errorOf(run(`${moduleOf('export const a = 1')}#b`))).message).toBe(
      'inWorker: a data: URL must export a function as "b", not undefined',
    );
  });

  testWithWorkers('a worker that closes itself, or fails outside of its job', async () => {
    const closed = await errorOf(
      run(() => {
        if (globalThis.close === undefined) globalThis.process.exit(3);
        globalThis.close();
        return new Promise(() => {});
      }),
    );
    expect(closed).toBeInstanceOf(WorkerError);
    expect(closed.message).toMatch(/^the worker has (closed itself|ended with exit code 3)/);
    const failed = await errorOf(
      run(() => {
        setTimeout(() => {
          throw new Error('outside');
        }, 0);
        return new Promise(() => {});
      }),
    );
    expect(failed).toBeInstanceOf(WorkerError);
    expect(failed.message).toMatch(/^the worker has failed: [^]*outside/);
  });

  test('bad input throws at once', () => {
    const messageOf = (...args) => thrownBy(() => inWorker(...args)).message;
    expect(messageOf(5)).toBe('inWorker: the first argument must be the URL of a module, or a function, not 5');
    expect(messageOf()).toMatch(/not undefined$/);
    for (const f of [Math.max, (() => {}).bind()]) expect(messageOf(f)).toMatch(/must not be native or bound/);
    expect(messageOf('http://[')).toMatch(/^inWorker: the URL must be absolute: write new URL/);
  });
});

describe('a task', () => {
  testWithWorkers('that is stopped terminates its worker, whatever that does', async () => {
    const { messages, channel } = listen('stop');
    const task = run(() => {
      new BroadcastChannel('stop').postMessage('begun');
      // Not without end, because Deno cannot end a worker that is in a loop.
      const end = performance.now() + 3000;
      while (performance.now() < end);
    });
    await until(() => messages.length === 1);
    task.stop();
    expect(await errorOf(task)).toBeInstanceOf(TaskStopped);
    channel.close();
  });

  test('that is stopped before its first turn starts no worker', async () => {
    const task = run(() => 5);
    task.stop();
    expect(await errorOf(task)).toBeInstanceOf(TaskStopped);
  });

  testWithWorkers('that is paused pauses its worker at the next yield, and resumes it', async () => {
    const { messages, channel } = listen('pause');
    const task = run(function* () {
      const own = new BroadcastChannel('pause');
      for (let n = 0; ; n++) {
        own.postMessage(n);
        const end = performance.now() + 5;
        while (performance.now() < end);
        yield;
      }
    });
    await until(() => messages.length > 3);
    task.pause();
    let before;
    do {
      before = messages.length;
      await sleep(100);
    } while (messages.length !== before);
    task.resume();
    await until(() => messages.length > before + 3);
    expect(messages).toStrictEqual([...messages.keys()]); // nothing is lost
    task.stop();
    await errorOf(task);
    channel.close();
  });

  testWithWorkers('may be paused when its worker has finished', async () => {
    const { messages, channel } = listen('finish');
    const task = run(() => {
      new BroadcastChannel('finish').postMessage('over');
      return 'result';
    });
    await until(() => messages.length === 1);
    if (task.state !== 'done') {
      task.pause();
      await sleep(80);
      task.resume();
    }
    expect(await task).toBe('result');
    channel.close();
  });
});

describe('pool', () => {
  const counter = moduleOf('let calls = 0; export default () => ++calls');
  const idle = () => new Promise(() => {});

  testWithWorkers('gives jobs to its workers in order, and uses the workers again', async () => {
    const workers = pool(1);
    const tasks = [1, 2, 3].map(() => cooperate(workers.inWorker(counter)));
    expect(await Promise.all(tasks)).toStrictEqual([1, 2, 3]);
    expect([workers.size, workers.active, workers.waiting]).toStrictEqual([1, 0, 0]);
    expect(await cooperate(workers.inWorker(counter))).toBe(4);
    workers.close();
  });

  testWithWorkers('runs no more jobs at a time than it has workers', async () => {
    const workers = pool(2);
    const tasks = [1, 2, 3, 4].map(() => cooperate(workers.inWorker(idle)));
    await until(() => workers.waiting === 2);
    expect(workers.active).toBe(2);
    tasks[3].stop(); // it waits
    expect([workers.active, workers.waiting]).toStrictEqual([2, 1]);
    tasks[0].stop();
    expect([workers.active, workers.waiting]).toStrictEqual([2, 0]);
    workers.close();
    const errors = await Promise.all(tasks.map(errorOf));
    expect(errors.map(({ name }) => name)).toStrictEqual(['TaskStopped', 'WorkerError', 'WorkerError', 'TaskStopped']);
  });

  testWithWorkers('replaces a worker whose job was stopped, or that has died', async () => {
    const workers = pool(1);
    expect(await cooperate(workers.inWorker(counter))).toBe(1);
    const stopped = cooperate(workers.inWorker(idle));
    await until(() => workers.active === 1);
    stopped.stop();
    await errorOf(stopped);
    expect(await cooperate(workers.inWorker(counter))).toBe(1);
    const dies = cooperate(
      workers.inWorker(() => {
        setTimeout(() => {
          throw new Error('outside');
        }, 0);
        return new Promise(() => {});
      }),
    );
    expect(await errorOf(dies)).toBeInstanceOf(WorkerError);
    expect(await cooperate(workers.inWorker(counter))).toBe(1);
    workers.close();
  });

  testWithWorkers('D7: reports an error that an idle worker throws, once, and replaces the worker', async () => {
    const workers = pool(1);
    const reported = await reportedBy(async (reports) => {
      const leaves = () => {
        setTimeout(() => {
          throw new Error('left behind');
        }, 20);
      };
      await cooperate(workers.inWorker(leaves));
      await until(() => reports.length > 0);
      expect(await cooperate(workers.inWorker(counter))).toBe(1);
      await sleep(50);
    });
    expect(reported).toStrictEqual([expect.any(WorkerError)]);
    expect(reported[0].message).toMatch(/^the worker has failed: [^]*left behind/);
    workers.close();
  });

  testWithWorkers('D7: reports a rejection that nobody handles in an idle worker, once', async () => {
    const workers = pool(1);
    const reported = await reportedBy(async (reports) => {
      const leaves = () => {
        setTimeout(() => void Promise.reject(new RangeError('left behind')), 20);
      };
      await cooperate(workers.inWorker(leaves));
      await until(() => reports.length > 0);
      expect(await cooperate(workers.inWorker(() => 5))).toBe(5);
      await sleep(50);
    });
    // Node ends the worker. Others tell of the rejection.
    expect(reported.map((error) => String(error instanceof WorkerError ? error.message : error))).toStrictEqual([
      expect.stringMatching(/(^the worker has failed: [^]*|^RangeError: )left behind/),
    ]);
    workers.close();
  });

  testWithWorkers('D7: gives a job that was paused another worker if its own has failed meanwhile', async () => {
    const workers = pool(1);
    const reported = await reportedBy(async (reports) => {
      const leaves = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        setTimeout(() => {
          throw new Error('left behind');
        }, 50);
      };
      const first = cooperate(workers.inWorker(leaves));
      const second = cooperate(workers.inWorker(counter));
      await until(() => workers.waiting === 1);
      second.pause();
      await first;
      await until(() => reports.length > 0);
      expect(workers.active).toBe(1);
      second.resume();
      expect(await second).toBe(1);
    });
    expect(reported.map(({ name }) => name)).toStrictEqual(['WorkerError']);
    expect([workers.active, workers.waiting]).toStrictEqual([0, 0]);
    workers.close();
  });

  testWithWorkers('drops the progress that a job reports after its end', async () => {
    const workers = pool(1);
    const late = ({ progress }) => {
      setTimeout(() => progress(98, 99), 0);
      setTimeout(() => progress(99, 99), 40);
      return 'first';
    };
    const sleeps = async ({ progress }, ms = 120) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      progress(1, 2);
      return 'second';
    };
    const progress = [];
    const onProgress = (each) => progress.push(each);
    expect(await cooperate(workers.inWorker(late), { onProgress })).toBe('first');
    expect(await cooperate(workers.inWorker(sleeps), { onProgress })).toBe('second');
    expect(progress).toStrictEqual([{ done: 1, total: 2 }]);
    workers.close();
  });

  testWithWorkers('takes no notice of messages that a job sends by itself', async () => {
    const forges = async () => {
      const parentPort = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort;
      const port = typeof globalThis.postMessage === 'function' ? globalThis : parentPort;
      for (const message of [null, 'text', { over: true, value: 'forged' }, { progress: [5, 5] }])
        port.postMessage(message);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'value';
    };
    const progress = [];
    expect(await cooperate(inWorker(forges), { onProgress: (each) => progress.push(each) })).toBe('value');
    expect(progress).toStrictEqual([]);
  });

  testWithWorkers('keeps a worker whose job has failed, or could not be sent', async () => {
    const workers = pool(1);
    expect(await cooperate(workers.inWorker(counter))).toBe(1);
    await errorOf(cooperate(workers.inWorker(() => Promise.reject(new Error('broken')))));
    await errorOf(
      cooperate(
        workers.inWorker(
          () => {},
          () => {},
        ),
      ),
    );
    expect(await cooperate(workers.inWorker(counter))).toBe(2);
    workers.close();
  });

  testWithWorkers('runs the next job at once, even if the last one was paused when it ended', async () => {
    const workers = pool(1);
    const { messages, channel } = listen('pool');
    const first = cooperate(
      workers.inWorker(async ({ yield: nextTurn }) => {
        const own = new BroadcastChannel('pool');
        own.postMessage('begun');
        await new Promise((resolve) => setTimeout(resolve, 150));
        own.postMessage('over');
        own.close();
        void nextTurn;
      }),
    );
    await until(() => messages.length === 1);
    first.pause();
    await until(() => messages.length === 2);
    await sleep(50);
    first.resume();
    await first;
    const second = cooperate(
      workers.inWorker(async ({ yield: nextTurn }) => {
        await nextTurn();
        return 'second';
      }),
    );
    expect(await second).toBe('second');
    workers.close();
    channel.close();
  });

  testWithWorkers('that is closed fails its jobs, those that wait and those that come later', async () => {
    const workers = pool(1);
    const tasks = [1, 2].map(() => cooperate(workers.inWorker(idle)));
    await until(() => workers.waiting === 1);
    workers.close();
    workers.close();
    tasks.push(cooperate(workers.inWorker(counter)));
    const errors = await Promise.all(tasks.map(errorOf));
    expect(errors.map(({ name, message }) => `${name}: ${message}`)).toStrictEqual(
      Array(3).fill('WorkerError: the pool was closed'),
    );
    expect([workers.active, workers.waiting]).toStrictEqual([0, 0]);
  });

  test('has as many workers as there are processors, or an integer from 1', async () => {
    expect(pool().size).toBeGreaterThanOrEqual(1);
    expect(thrownBy(() => pool('2'))).toEqual(new TypeError('pool: size must be a number, not "2"'));
    for (const size of [0, -1, 1.5, NaN, Infinity]) {
      expect(thrownBy(() => pool(size))).toEqual(new RangeError(`pool: size must be an integer from 1, not ${size}`));
    }
    if (Symbol.dispose === undefined) return;
    const workers = pool(1);
    workers[Symbol.dispose]();
    const error = await errorOf(cooperate(workers.inWorker(counter)));
    expect(error.message).toBe('the pool was closed');
    await flushEventLoop();
  });
});
