// Types of cooperator/twisted. The file must compile, except for the marked lines.
import { Deferred } from 'cooperator';
import { Clock } from 'cooperator/testing';
import {
  DeferredList,
  FirstError,
  LoopingCall,
  deferLater,
  fail,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  succeed,
  type DeferredListOptions,
  type TimingClock,
} from 'cooperator/twisted';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const five = succeed(5);
same<typeof five, Deferred<number>>();
const later = succeed(Promise.resolve('text'));
same<typeof later, Deferred<string>>();
const failed = fail(new Error('broken'));
same<typeof failed, Deferred<never>>();

const sum = maybeDeferred((a: number, b: number) => a + b, 1, 2);
same<typeof sum, Deferred<number>>();
const promised = maybeDeferred(async (text: string) => text.length, 'text');
same<typeof promised, Deferred<number>>();
// @ts-expect-error  the arguments are those of the function
maybeDeferred((a: number) => a, 'text');

const clock = new Clock();
const timing: TimingClock = clock;
const delayed = deferLater(5, () => new Date(), clock);
same<typeof delayed, Deferred<Date>>();
const waited = deferLater(5, async () => 'text');
same<typeof waited, Deferred<string>>();
const nothing = deferLater(5);
same<typeof nothing, Deferred<undefined>>();
// @ts-expect-error  the clock comes last
deferLater(5, clock);

const gathered = gatherResults([five, later, Promise.resolve(true)], { consumeErrors: true });
same<typeof gathered, Deferred<[number, string, boolean]>>();
const numbers = gatherResults(new Set([five, sum]));
same<typeof numbers, Deferred<number[]>>();
// @ts-expect-error  a number is no Deferred
gatherResults([5]);
// @ts-expect-error  fireOnOneErrback is always set
gatherResults([five], { fireOnOneErrback: true });

const all = new DeferredList([five, sum]);
all.addCallback((results) => {
  same<typeof results, ([succeeded: true, value: number] | [succeeded: false, error: any])[]>();
  for (const [succeeded, result] of results) {
    if (succeeded) same<typeof result, number>();
  }
});
const options: DeferredListOptions = { fireOnOneErrback: true, consumeErrors: true };
const asDeferred: Deferred<unknown> = new DeferredList([five], options);
new DeferredList([five, sum], { fireOnOneCallback: true }).addCallback((result) => {
  same<typeof result, [value: number, index: number] | [succeeded: false, error: any][]>();
});
// @ts-expect-error  the options are an object
new DeferredList([five], true);

const titleOf = inlineCallbacks(function* (id: number, language = 'en') {
  const text: string = yield succeed(`${id}`);
  return text + language;
});
const asFunction: (id: number, language?: string) => Deferred<string> = titleOf;
const title = titleOf(5);
same<typeof title, Deferred<string>>();
// @ts-expect-error  its parameters are those of the generator function
titleOf('5');
// @ts-expect-error  not a generator function
inlineCallbacks(() => 5);

const loop = new LoopingCall(() => fetch('/'), clock);
const started: Deferred<LoopingCall> = loop.start(100, false);
const running: boolean = loop.running;
const interval: number | undefined = loop.interval;
loop.interval = 50;
loop.reset();
loop.stop();
const counting: LoopingCall = LoopingCall.withCount((count) => count.toFixed());
// @ts-expect-error  running is read-only
loop.running = false;
// @ts-expect-error  a clock tells the time
new LoopingCall(() => {}, { callLater: () => ({ cancel() {} }) });

export function causeOf(error: unknown): unknown {
  return error instanceof FirstError ? [error.index.toFixed(), error.cause] : error;
}

export { asDeferred, asFunction, counting, interval, running, started, timing };
