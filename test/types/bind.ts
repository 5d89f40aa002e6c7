// Types of bind, for a C program that links the library. The file must compile, except for the marked lines.
import { CooperativeTask, Cooperator, Deferred, bind, native, type BoundProgram } from 'cooperator';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

declare const Module: { _count(source: number): number; HEAPU8: Uint8Array };

const program = bind(Module);
same<typeof program, BoundProgram>();

const task = program.cooperate(function* () {
  yield;
  return 5;
});
same<typeof task, CooperativeTask<number>>();
const done = program.coiterate(async () => 'text', new Deferred<string>());
same<typeof done, Deferred<string>>();

const cooperator: Cooperator = new program.Cooperator({ name: 'named', started: false });
const shared: Cooperator = program.getGlobalCooperator();
cooperator.cooperate(program.native({ step: () => 0 }));
same<typeof program.native, typeof native>();

const pointer: number = Module._count(program.deferredToC(fetch('https://example.org')));
const result: Deferred<any> = program.deferredFromC(pointer);

// @ts-expect-error a program is an object
bind('Module');
// @ts-expect-error a number is not a thenable
program.deferredToC(5);
// @ts-expect-error an address is a number
program.deferredFromC('5');

export { done, result, shared, task };
