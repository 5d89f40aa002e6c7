// Types of tasks and work, as a user sees them. Nothing runs here: the file must compile, except for the marked lines.
import {
  CooperativeTask,
  Cooperator,
  Deferred,
  coiterate,
  cooperate,
  getGlobalCooperator,
  native,
  type NativeWork,
  type TaskContext,
  type TaskOptions,
  type Work,
} from 'cooperator';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

// ---- the result of a task has the type that its work returns ----

const fromGenerator = cooperate(function* () {
  yield;
  return 5;
});
same<typeof fromGenerator, CooperativeTask<number>>();

const fromGeneratorThatWaits = cooperate(function* ({ signal, progress }) {
  for (let index = 0; index < 3; index++) {
    progress(index, 3);
    yield;
  }
  const response: Response = yield fetch('https://example.org', { signal });
  return response.status;
});
same<typeof fromGeneratorThatWaits, CooperativeTask<number>>();

const fromAsyncFunction = cooperate(async (context) => {
  await context.yield();
  if (context.shouldYield()) await context.yield();
  return 'text';
});
same<typeof fromAsyncFunction, CooperativeTask<string>>();

const fromAsyncGenerator = cooperate(async function* ({ signal }) {
  yield signal.aborted;
  return true;
});
same<typeof fromAsyncGenerator, CooperativeTask<boolean>>();

function* primes(limit: number): Generator<undefined, number[]> {
  const found: number[] = [];
  for (let candidate = 2; candidate < limit; candidate++) {
    found.push(candidate);
    yield;
  }
  return found;
}
const fromIterator = cooperate(primes(100));
same<typeof fromIterator, CooperativeTask<number[]>>();
const fromArrow = cooperate(() => primes(100));
same<typeof fromArrow, CooperativeTask<number[]>>();

const exported = (): (() => number) => {
  throw new Error('of an instance');
};
const fromNative = cooperate(
  native({
    step: exported(),
    state: 1024,
    wait: (state) => Promise.resolve(state),
    result: (state) => `${state}`,
    dispose: (state: number) => {},
    name: 'native',
  }),
);
same<typeof fromNative, CooperativeTask<string>>();
const withoutResult = native({ step: exported() });
same<typeof withoutResult, NativeWork<undefined>>();
// @ts-expect-error  state is a number
native({ step: exported(), state: '5' });

const ofNothing = cooperate(function* () {
  yield;
});
same<typeof ofNothing, CooperativeTask<void>>();

cooperate([1, 2, 3]);
cooperate(new Set(['a']));
cooperate('text');
cooperate(new Map<string, number>().entries());

const iterator: Iterator<undefined, string> = { next: () => ({ done: true, value: 'end' }) };
same<ReturnType<typeof cooperate<string>>, CooperativeTask<string>>();
const fromUserIterator: CooperativeTask<string> = cooperate(iterator);

const stream: AsyncIterable<Uint8Array> = (async function* () {
  yield new Uint8Array(1);
})();
cooperate(stream);

const generic: Work<number> = function* () {
  yield;
  return 1;
};
const fromGeneric: CooperativeTask<number> = getGlobalCooperator().cooperate(generic);

function typed({ signal, progress, shouldYield, yield: nextTurn }: TaskContext): Promise<number> {
  const aborted: boolean = signal.aborted;
  progress(1);
  progress(1, 2);
  const isOver: boolean = shouldYield();
  const next: Promise<void> = nextTurn();
  return next.then(() => (aborted || isOver ? 1 : 0));
}
const fromTyped: CooperativeTask<number> = cooperate(typed);

// @ts-expect-error  a number is not work
cooperate(42);
// @ts-expect-error  null is not work
cooperate(null);
// @ts-expect-error  an object that is not iterable is not work
cooperate({});
// @ts-expect-error  a function that returns a number is not work
cooperate(() => 42);
// @ts-expect-error  the result is a number
const wrong: CooperativeTask<string> = cooperate(function* () {
  yield;
  return 5;
});
cooperate(function* (context) {
  // @ts-expect-error  progress takes numbers
  context.progress('half');
  // @ts-expect-error  there is no such member
  context.pause();
  yield;
});

// ---- options ----

const controller = new AbortController();
const options: TaskOptions = { signal: controller.signal, share: 2, name: 'sieve' };
cooperate(function* () {
  yield;
}, options);
cooperate(
  function* () {
    yield;
  },
  {
    onProgress: ({ done, total }) => {
      const at: number = done;
      const of: number | undefined = total;
      console.log(at, of);
    },
  },
);
// @ts-expect-error  share is a number
cooperate(primes(100), { share: '2' });
// @ts-expect-error  a controller is not a signal
cooperate(primes(100), { signal: controller });
// @ts-expect-error  there is no such option
cooperate(primes(100), { priority: 5 });

// ---- tasks ----

fromGenerator.pause();
fromGenerator.resume();
fromGenerator.stop();
same<ReturnType<typeof fromGenerator.whenDone>, Deferred<number>>();
same<typeof fromGenerator.state, 'runnable' | 'paused' | 'waiting' | 'stopping' | 'done' | 'failed' | 'stopped'>();
const name: string = fromGenerator.name;
const { turns, busyMs, longestTurnMs } = fromGenerator.stats();
const figures: number[] = [turns, busyMs, longestTurnMs];
// @ts-expect-error  state is read-only
fromGenerator.state = 'done';

async function awaitResults() {
  const number = await fromGenerator.whenDone();
  same<typeof number, number>();
  const [text, list] = await Promise.all([fromAsyncFunction.whenDone(), fromIterator.whenDone()]);
  same<typeof text, string>();
  same<typeof list, number[]>();
  const coiterated = await coiterate(function* () {
    yield;
    return new Date();
  });
  same<typeof coiterated, Date>();
}

// ---- coiterate ----

same<typeof given, Deferred<number>>();
const given = coiterate(function* () {
  yield;
  return 5;
}, new Deferred<number>());
// @ts-expect-error  the Deferred has another type of result
coiterate(primes(100), new Deferred<string>());
const ofCooperator: Deferred<number> = new Cooperator().coiterate(function* () {
  yield;
  return 5;
});

export {
  awaitResults,
  figures,
  fromArrow,
  fromGeneric,
  fromUserIterator,
  fromTyped,
  name,
  ofNothing,
  ofCooperator,
  wrong,
};

// ---- tasks are thenables ----

same<typeof awaited, number>();
const awaited = await fromGenerator;
same<typeof all, [number, string]>();
const all = await Promise.all([fromGenerator, fromAsyncFunction]);
same<typeof caught, number | 'failed'>();
const caught = await fromGenerator.catch(() => 'failed' as const);
same<typeof after, number>();
const after = await fromGenerator.finally(() => {});
