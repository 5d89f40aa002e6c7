// Types of cooperator/worker. The file must compile, except for the marked lines.
import { cooperate, type CooperativeTask } from 'cooperator';
import { Pool, WorkerError, inWorker, pool, type WorkerContext, type WorkerWork } from 'cooperator/worker';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

const sum = cooperate(
  inWorker((a: number, b: number) => a + b, 1, 2),
  { name: 'sum' },
);
same<typeof sum, CooperativeTask<number>>();
const length = cooperate(
  inWorker(async (text: string, { progress }: WorkerContext) => {
    progress(1, 2);
    return text.length;
  }, 'text'),
);
same<typeof length, CooperativeTask<number>>();
const count = cooperate(
  inWorker(function* (limit: number, { shouldYield }: WorkerContext) {
    if (shouldYield()) yield;
    return `${limit}`;
  }, 5),
);
same<typeof count, CooperativeTask<string>>();
const any: WorkerWork<any> = inWorker(new URL('file:///job.js'), 1, 'two');
const known: WorkerWork<Date> = inWorker('file:///job.js#now');
// @ts-expect-error  the arguments are those of the function
inWorker((a: number) => a, 'text');
// @ts-expect-error  neither a URL nor a function
inWorker(5);

const workers: Pool = pool(4);
const square = cooperate(workers.inWorker((n: number) => n * n, 5));
same<typeof square, CooperativeTask<number>>();
const numbers: number[] = [workers.size, workers.active, workers.waiting];
workers.close();
// @ts-expect-error  a number
pool('4');
export const causeOf = (error: unknown): unknown => (error instanceof WorkerError ? error.cause : error);
export { any, known, numbers };
