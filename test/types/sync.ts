// Types of cooperator/sync. The file must compile, except for the marked lines.
import { CooperativeTask, Deferred, cooperate } from 'cooperator';
import { Lock, Queue, QueueClosed, Semaphore, type HoldContext, type Permit, type WaitOptions } from 'cooperator/sync';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const { signal } = new AbortController();
const options: WaitOptions = { signal };

const semaphore = new Semaphore(3);
semaphore.limit = Infinity;
same<typeof semaphore.active, number>();
same<typeof semaphore.waiting, number>();
same<ReturnType<typeof semaphore.acquire>, Deferred<Permit>>();
semaphore.acquire(options).addCallback((permit) => permit.release());
semaphore.clear();

const lock: Semaphore = new Lock();
same<Lock['locked'], boolean>();

const value = lock.run(() => 1);
same<typeof value, Deferred<number>>();
const awaited = lock.run(async ({ signal }: HoldContext) => signal.aborted, options);
same<typeof awaited, Deferred<boolean>>();
const ofTask = lock.run(() => cooperate((): Generator<unknown, string> => [][Symbol.iterator]() as never));
same<typeof ofTask, Deferred<string>>();
const ofDeferred = lock.run(() => Deferred.succeed(1));
same<typeof ofDeferred, Deferred<number>>();

const task = cooperate(function* () {
  const held = yield* lock.hold(function* () {
    yield;
    return 'held';
  });
  same<typeof held, string>();
  return held;
});
same<typeof task, CooperativeTask<string>>();

const queue = new Queue<string>(10);
same<ReturnType<typeof queue.put>, Deferred<void>>();
same<ReturnType<typeof queue.get>, Deferred<string>>();
queue.put('item', options);
queue.close();
same<typeof queue.length, number>();
same<typeof queue.closed, boolean>();
async function loop() {
  for await (const item of queue) same<typeof item, string>();
}
void loop;
same<QueueClosed['message'], string>();

// @ts-expect-error a limit is required
new Semaphore();
// @ts-expect-error a limit is a number
new Semaphore('2');
// @ts-expect-error a lock has no other limit
new Lock(2);
// @ts-expect-error a queue of strings
queue.put(1);
// @ts-expect-error a function is required
lock.run(1);
// @ts-expect-error the counts are read-only
semaphore.active = 1;
// @ts-expect-error generators are run by hold, or as a task
lock.hold(() => 1);
