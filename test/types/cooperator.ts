// Types of cooperators, schedulers, predicates, init and cooperator/testing. The file must compile, except for the
// marked lines.
import {
  CooperativeTask,
  Cooperator,
  Deferred,
  configure,
  cooperate,
  init,
  predicates,
  schedulers,
  type CooperatorOptions,
  type Scheduler,
  type TerminationPredicateFactory,
} from 'cooperator';
import { Clock, FakeScheduler } from 'cooperator/testing';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

new Cooperator();
new Cooperator({});
const cooperator = new Cooperator({
  scheduler: schedulers.auto(),
  terminationPredicateFactory: predicates.timeSlice(8),
  started: false,
  name: 'background work',
  onError(error, task) {
    const unknown: unknown = error;
    const name: string | undefined = task?.name;
    console.log(unknown, name);
  },
});

const fair = new Cooperator({
  fairness: 'time',
  quantumMs: 0.5,
  onLongTurn(turn) {
    same<typeof turn, { task: CooperativeTask<any> | undefined; ms: number }>();
    turn.task?.stop();
  },
});
fair.cooperate([1, 2, 3], { share: 0.5 });
new Cooperator({ fairness: 'turns', onLongTurn: ({ ms }) => console.log(ms) });
same<ReturnType<typeof configure>, void>();
same<Parameters<typeof configure>, [options: CooperatorOptions]>();
configure({ fairness: 'time', name: 'all libraries', scheduler: schedulers.message() });

// @ts-expect-error  there is no such fairness
new Cooperator({ fairness: 'tasks' });
// @ts-expect-error  quantumMs is a number
new Cooperator({ quantumMs: '1' });
// @ts-expect-error  onLongTurn is a function
new Cooperator({ onLongTurn: true });
// @ts-expect-error  the task may be unknown
new Cooperator({ onLongTurn: ({ task }) => task.stop() });
// @ts-expect-error  a turn has no name
new Cooperator({ onLongTurn: ({ name }) => console.log(name) });
// @ts-expect-error  the options are missing
configure();
// @ts-expect-error  there is no such option
configure({ share: 5 });

const list: Scheduler[] = [
  schedulers.auto(),
  schedulers.timeout(),
  schedulers.timeout(5),
  schedulers.animationFrame(),
  schedulers.message(),
  schedulers.immediate(),
  schedulers.postTask(),
  schedulers.postTask('background'),
  schedulers.idle(),
  (slice) => {
    queueMicrotask(slice);
  },
  (slice) => {
    const timer = setTimeout(slice, 5);
    return { cancel: () => clearTimeout(timer) };
  },
];
const factories: TerminationPredicateFactory[] = [
  predicates.timeSlice(),
  predicates.timeSlice(5),
  predicates.frame(),
  predicates.frame(0.5),
  predicates.turns(10),
  predicates.inputPending(predicates.timeSlice()),
  () => () => true,
];
const isOver: boolean = predicates.turns(5)()();
const options: CooperatorOptions = {
  scheduler: (slice: () => void) => {
    slice();
  },
  terminationPredicateFactory: () => () => true,
};
new Cooperator(options);

// @ts-expect-error  a scheduler is a function
new Cooperator({ scheduler: 5 });
// @ts-expect-error  a factory returns a predicate
new Cooperator({ terminationPredicateFactory: () => true });
// @ts-expect-error  started is a boolean
new Cooperator({ started: 'yes' });
// @ts-expect-error  there is no such option
new Cooperator({ slice: 5 });
// @ts-expect-error  turns needs a number
predicates.turns();
// @ts-expect-error  inputPending takes a factory
predicates.inputPending(5);
// @ts-expect-error  there is no such priority
schedulers.postTask('urgent');

cooperator.start();
cooperator.stop();
cooperator.dispose();
const running: boolean = cooperator.running;
const tasks: CooperativeTask<unknown>[] = cooperator.tasks;
const { slices, turns, busyMs, longestSliceMs, longestTurnMs, longestTurnTask } = cooperator.stats();
const figures: number[] = [slices, turns, busyMs, longestSliceMs, longestTurnMs];
const slowest: string | undefined = longestTurnTask;
// @ts-expect-error  running is read-only
cooperator.running = true;

async function load() {
  await init(new URL('https://example.org/cooperator.wasm'));
  await init('https://example.org/cooperator.wasm');
  await init(fetch('https://example.org/cooperator.wasm'));
  await init(await fetch('https://example.org/cooperator.wasm'));
  await init(new Uint8Array(8));
  await init(new ArrayBuffer(8));
  await init(new WebAssembly.Module(new Uint8Array(8)));
  await init();
}

const clock = new Clock();
const now: number = clock.now();
const call = clock.callLater(5, () => {
  cooperate([]);
});
call.reset(5);
call.delay(-1);
const isActive: boolean = call.active();
const due: number[] = clock.getDelayedCalls().map((each) => each.getTime());
call.cancel();
clock.advance(5);
const seconds: number = clock.seconds();
clock.pump([1, 2, 3]);
cooperator.pause();
cooperator.resume();
const idle: Deferred<void> = cooperator.whenIdle();
const sizes: number[] = [cooperator.size(), cooperator.size('waiting'), cooperator.size('stopping')];
// @ts-expect-error  not a state
cooperator.size('pending');
const fake = new FakeScheduler();
new Cooperator({ scheduler: fake.schedule });
fake.pump();
// @ts-expect-error  f is a function
clock.callLater(5, 'text');
// @ts-expect-error  pump takes an array
clock.pump(1, 2);

export {
  due,
  fair,
  factories,
  figures,
  idle,
  isActive,
  sizes,
  list,
  load,
  now,
  isOver,
  running,
  seconds,
  slowest,
  tasks,
};
