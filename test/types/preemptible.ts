// Types of cooperator/preemptible. The file must compile, except for the marked lines.
import { cooperate, type CooperativeTask } from 'cooperator';
import {
  InstanceBusy,
  InstanceLost,
  InvalidModule,
  Preemptible,
  TimeLimit,
  instrument,
  preemptible,
  supported,
  type CallWork,
  type ModuleSource,
  type PreemptibleOptions,
  type PreemptibleStats,
} from 'cooperator/preemptible';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const bytes = instrument(new Uint8Array(8));
const source: BufferSource = bytes;
const view: Uint8Array = bytes;
same<typeof bytes, Uint8Array & { buffer: ArrayBuffer }>();
same<typeof supported, boolean>();

const options: PreemptibleOptions = { turnMs: 2, onStop: 'restore' };
const p: Preemptible = preemptible(options);
preemptible({ onStop: (exports) => exports.interrupt() });
new Preemptible();

const sources: ModuleSource[] = [bytes, bytes.buffer, new Response(), fetch('a.wasm'), new WebAssembly.Module(bytes)];
const { module, instance } = await p.instantiate(sources[0]!, { env: { log: console.log } });
same<typeof module, WebAssembly.Module>();
same<typeof instance, WebAssembly.Instance>();
const hook: (imports: any, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) => {} =
  p.instantiateWasm(bytes);

declare const step: (statement: number) => number;
declare const glue: (text: string) => Promise<string[]>;
const work = p.call(step, 5);
same<typeof work, CallWork<number>>();
const task = cooperate(work);
same<typeof task, CooperativeTask<number>>();
const glued = cooperate(p.call(glue, 'text'));
same<typeof glued, CooperativeTask<string[]>>();
cooperate(p.call(p.exports['any'], 1, 2));

const status = p.limit(100, step, 5);
same<typeof status, number>();
same<typeof p.state, 'idle' | 'busy' | 'lost'>();
const stats: PreemptibleStats = p.stats();
const by: string | undefined = stats.uncutBy;

const errors: Error[] = [new InstanceBusy(), new InstanceLost(), new TimeLimit()];
declare const invalid: InvalidModule;
const offset: number = invalid.offset;

// @ts-expect-error there is no such way
preemptible({ onStop: 'keep' });
// @ts-expect-error a number of milliseconds
preemptible({ turnMs: '2' });
// @ts-expect-error the argument is a number
p.call(step, 'five');
// @ts-expect-error the limit comes first
p.limit(step, 5);
// @ts-expect-error a module is not bytes
instrument(module);
// @ts-expect-error the command's own function is no part of the types
export { instrumentWithStatistics } from 'cooperator/preemptible';
// @ts-expect-error it cannot be set
p.state = 'idle';

export { by, errors, hook, offset, source, view };
