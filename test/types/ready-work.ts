// Types of cooperator/work. The file must compile, except for the marked lines.
import { CooperativeTask, Deferred, cooperate } from 'cooperator';
import {
  every,
  failedAt,
  failuresOf,
  filter,
  find,
  flatMap,
  forEach,
  groupBy,
  map,
  parallel,
  range,
  reduce,
  some,
  sort,
  stream,
  type ChunkOptions,
  type ParallelOptions,
  type ParallelWork,
  type Range,
  type ReadyWork,
  type StreamOptions,
} from 'cooperator/work';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const words = ['a', 'b'];
const lines: AsyncIterable<string> = (async function* () {
  yield 'line';
})();

// ---- as tasks ----

same<typeof mapped, CooperativeTask<number[]>>();
const mapped = cooperate(
  map(words, (word, index) => word.length + index),
  { onProgress: ({ done }) => done },
);
same<typeof mappedLater, CooperativeTask<number[]>>();
const mappedLater = cooperate(map(lines, async (line) => line.length, { chunk: 5 }));
same<typeof eached, CooperativeTask<void>>();
const eached = cooperate(forEach(new Map([[1, 'a']]), ([key, value]) => key + value.length));
same<typeof filtered, CooperativeTask<string[]>>();
const filtered = cooperate(filter(words, (word) => word !== 'a'));
same<typeof narrowed, CooperativeTask<string[]>>();
const narrowed = cooperate(filter(['a', 5], (x): x is string => typeof x === 'string'));
same<typeof total, CooperativeTask<number>>();
const total = cooperate(reduce(words, (sum, word) => sum + word.length, 0));
same<typeof longest, CooperativeTask<string>>();
const longest = cooperate(reduce(words, (a, b) => (a.length < b.length ? b : a)));
same<typeof sorted, CooperativeTask<string[]>>();
const sorted = cooperate(sort(new Set(words), (a, b) => a.length - b.length));
same<typeof mappedByTasks, CooperativeTask<number[]>>();
const mappedByTasks = cooperate(
  map(words, (word) =>
    cooperate(function* () {
      yield;
      return word.length;
    }),
  ),
);
same<typeof totalOfTasks, CooperativeTask<number>>();
const totalOfTasks = cooperate(
  reduce(
    words,
    (sum, word) =>
      cooperate(function* () {
        return sum + word.length;
      }),
    0,
  ),
);
same<typeof mixed, CooperativeTask<(string | number)[]>>();
const mixed = cooperate(map(['a', 5], (x) => (typeof x === 'string' ? Promise.resolve(x) : x)));
same<typeof counted, CooperativeTask<void>>();
const counted = cooperate(range(5));
same<typeof fetched, CooperativeTask<Response[]>>();
const fetched = cooperate(parallel(words, 4, (url, index, { signal }) => fetch(`${url}${index}`, { signal })));
same<typeof ofTasks, CooperativeTask<number[]>>();
const ofTasks = cooperate(
  parallel(range(3), 2, (n) =>
    cooperate(function* () {
      yield;
      return n;
    }),
  ),
);
same<typeof ofDeferreds, CooperativeTask<string[]>>();
const ofDeferreds = cooperate(parallel(words, 2, (word) => Deferred.succeed(word)));
same<typeof settled, CooperativeTask<PromiseSettledResult<string>[]>>();
const settled = cooperate(parallel(words, 2, async (word) => word, { settle: true }));

// ---- in a yield* of other work ----

const whole = cooperate(function* (context) {
  const lengths: number[] = yield* map(words, (word) => word.length);
  const sum: number = yield* reduce(lengths, (a, b) => a + b, 0)(context);
  return sum;
});
same<typeof whole, CooperativeTask<number>>();

// ---- types, errors and invalid calls ----

const ready: ReadyWork<number[]> = map(range(0, 10, 2), (x) => x);
const numbers: Range = range(3);
const length: number = numbers.length;
const options: ChunkOptions = { chunk: 5 };
const settling: ParallelOptions = { settle: false };
const index: number | undefined = failedAt(new Error('any'));

// @ts-expect-error  a number is not iterable
map(5, (x) => x);
// @ts-expect-error  a string is not a function
map(words, 'upper');
// @ts-expect-error  the items are strings
map(words, (word: number) => word);
// @ts-expect-error  chunk is a number
forEach(words, () => {}, { chunk: '5' });
// @ts-expect-error  there is no such option
forEach(words, () => {}, { size: 5 });
// @ts-expect-error  compare must be synchronous
sort(words, async () => 0);
// @ts-expect-error  the limit is missing
parallel(words, async () => {});
// @ts-expect-error  range takes numbers
range('5');
// @ts-expect-error  the total is a number
reduce(words, (sum, word) => `${sum}${word}`, 0);

export {
  counted,
  eached,
  fetched,
  filtered,
  index,
  length,
  longest,
  mapped,
  mappedByTasks,
  mappedLater,
  mixed,
  narrowed,
  ofDeferreds,
  ofTasks,
  options,
  ready,
  settled,
  settling,
  sorted,
  total,
  totalOfTasks,
  whole,
};

// ---- callbacks that return work ----

same<typeof byGenerators, CooperativeTask<number[]>>();
const byGenerators = cooperate(
  map(words, function* (word) {
    yield;
    return word.length;
  }),
);
same<typeof byAsyncGenerators, CooperativeTask<number[]>>();
const byAsyncGenerators = cooperate(
  map(words, async function* (word) {
    yield;
    return word.length;
  }),
);
same<typeof byWork, CooperativeTask<string[][]>>();
const byWork = cooperate(map(words, (word) => sort([word])));
same<typeof reducedByGenerators, CooperativeTask<number>>();
const reducedByGenerators = cooperate(
  reduce(
    words,
    function* (sum: number, word) {
      yield;
      return sum + word.length;
    },
    0,
  ),
);

// ---- search, flatMap, groupBy ----

const isA = (word: string): word is 'a' => word === 'a';
same<typeof found, ReadyWork<string | undefined>>();
const found = find(words, (word, index) => word.length > index);
same<typeof foundA, ReadyWork<'a' | undefined>>();
const foundA = find(words, isA);
same<typeof hasA, ReadyWork<boolean>>();
const hasA = some(lines, async (line) => line === 'a', { chunk: 2 });
same<typeof allA, ReadyWork<boolean>>();
const allA = every(words, isA);
same<typeof letters, ReadyWork<string[]>>();
const letters = flatMap(words, async (word) => word.split(''));
same<typeof lengths, ReadyWork<number[]>>();
const lengths = flatMap(words, (word) => word.length);
same<typeof groups, ReadyWork<Map<number, string[]>>>();
const groups = groupBy(words, async (word) => word.length);
// @ts-expect-error a callback is required
find(words);

// ---- promises as items, failures ----

same<typeof awaitedItems, ParallelWork<number>>();
const awaitedItems = parallel([Promise.resolve('a'), 'b'], 2, (word) => word.length);
same<ReturnType<typeof failuresOf>, AggregateError | undefined>();
failuresOf(await Promise.allSettled([1]));
// @ts-expect-error results that are not settled
failuresOf([1]);

// ---- stream ----

const streamOptions: StreamOptions = { ordered: true, signal: new AbortController().signal };
same<typeof streamed, AsyncIterable<number>>();
const streamed = stream(
  words,
  2,
  async (word, index, { signal }) => (signal.aborted ? index : word.length),
  streamOptions,
);
same<typeof streamedTasks, AsyncIterable<string[]>>();
const streamedTasks = stream([Promise.resolve('a')], Infinity, (word) => cooperate(map([word], (item) => item)));
for await (const length of streamed) same<typeof length, number>();
// @ts-expect-error no such option
stream(words, 2, (word) => word, { order: true });
// @ts-expect-error a limit is required
stream(words, (word: string) => word);
for await (const length of parallel(words, 2, async (word) => word.length)) same<typeof length, number>();
for await (const result of parallel(words, 2, (word) => word, { settle: true })) {
  same<typeof result, PromiseSettledResult<string>>();
}
const inAsyncGenerator = cooperate(async function* () {
  const all = yield* parallel(words, 2, async (word) => word.length);
  same<typeof all, number[]>();
  return all;
});
same<typeof inAsyncGenerator, CooperativeTask<number[]>>();
