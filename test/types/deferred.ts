// Types of Deferreds, their chains and the errors. The file must compile, except for the marked lines.
import {
  AlreadyCalledError,
  CancelledError,
  Deferred,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
  TimeoutError,
} from 'cooperator';
import { Clock } from 'cooperator/testing';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const deferred = new Deferred<number>();
deferred.callback(5);
deferred.callback(Promise.resolve(5));
deferred.callback(new Deferred<number>());
deferred.errback(new Error('broken'));
deferred.errback('text');
const called: boolean = deferred.called;
// @ts-expect-error  a string is not a number
deferred.callback('text');
// @ts-expect-error  a Promise of a string is not one of a number
deferred.callback(Promise.resolve('text'));
// @ts-expect-error  called is read-only
deferred.called = true;
new Deferred<void>().callback(undefined);

const texts = deferred.addCallback((value) => {
  same<typeof value, number>();
  return value.toFixed(2);
});
same<typeof texts, Deferred<string>>();

const lengths = texts.addCallback((text) => Promise.resolve(text.length));
same<typeof lengths, Deferred<number>>();

const inner = lengths.addCallback((length) => new Deferred<Date>().addCallback(() => length > 3));
same<typeof inner, Deferred<boolean>>();

const recovered = deferred.addErrback((error) => {
  console.log(error);
  return 'recovered';
});
same<typeof recovered, Deferred<number | string>>();

const both = deferred.addBoth(() => new Date());
same<typeof both, Deferred<Date>>();
const told = deferred.addBoth((result, failed) => {
  same<typeof failed, boolean>();
  return failed ? 0 : Number(result);
});
same<typeof told, Deferred<number>>();

const pair = deferred.addCallbacks(
  (value) => value > 5,
  () => 'failed',
);
same<typeof pair, Deferred<boolean | string>>();

const chained: Deferred<number> = deferred.chainDeferred(new Deferred<number>());
// @ts-expect-error  the next Deferred must accept the type of the result
deferred.chainDeferred(new Deferred<string>());
// @ts-expect-error  a Promise cannot be fired
deferred.chainDeferred(Promise.resolve(5));

deferred.pause();
deferred.unpause();
deferred.cancel();
const timed: Deferred<number> = deferred.addTimeout(100).addTimeout(100, new Clock());
// @ts-expect-error  milliseconds are a number
deferred.addTimeout('100');
// @ts-expect-error  a clock has callLater
deferred.addTimeout(100, {});

const cancellable = new Deferred<string>((itself) => {
  same<typeof itself, Deferred<string>>();
  itself.callback('instead');
});
// @ts-expect-error  a canceller is a function
new Deferred<string>(5);

same<ReturnType<typeof Deferred.succeed<number>>, Deferred<number>>();
const succeeded: Deferred<string> = Deferred.succeed('text');
const failed: Deferred<never> = Deferred.fail(new Error('broken'));
const anyKind: Deferred<number> = Deferred.fail('text');
const promised: Deferred<number> = Deferred.fromPromise(Promise.resolve(5));

// ---- as a Promise ----

const promise: Promise<number> = deferred;
const like: PromiseLike<number> = deferred;
async function use() {
  same<number, Awaited<typeof deferred>>();
  const value = await deferred;
  same<typeof value, number>();
  const derived = deferred.then(
    (each) => each > 5,
    () => null,
  );
  same<typeof derived, Promise<boolean | null>>();
  const caught = deferred.catch(() => 'failed');
  same<typeof caught, Promise<number | string>>();
  const last = deferred.finally(() => {});
  same<typeof last, Promise<number>>();
  const all = await Promise.all([deferred, texts, 5] as const);
  const [first, second, third]: readonly [number, string, number] = all;
  return [first, second, third];
}

// ---- errors ----

const errors: Error[] = [
  new SchedulerError('x'),
  new SchedulerStopped('x'),
  new TaskFinished('x'),
  new TaskDone('x'),
  new TaskStopped('x'),
  new TaskFailed('x'),
  new NotPaused('x'),
  new AlreadyCalledError('x'),
  new CancelledError('x'),
  new TimeoutError('x'),
];
const finished: TaskFinished = new TaskStopped('x');
const ofScheduler: SchedulerError = new SchedulerStopped('x');
const cause: unknown = new TaskFailed('x').cause;

export {
  anyKind,
  called,
  cancellable,
  cause,
  chained,
  errors,
  failed,
  finished,
  like,
  ofScheduler,
  promise,
  promised,
  succeeded,
  timed,
  use,
};
