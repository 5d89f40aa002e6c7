// Types of wait. The file must compile, except for the marked lines.
import { Deferred, coiterate, cooperate, wait } from 'cooperator';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._equal: Equal<A, B> extends true ? [] : ['the types differ', A, B]): void {}

export const task = cooperate(function* ({ signal }) {
  const response = yield* wait(fetch('https://example.org', { signal }));
  same<typeof response, Response>();
  const text = yield* wait(response.text());
  same<typeof text, string>();
  const number = yield* wait(new Deferred<number>());
  same<typeof number, number>();
  const result = yield* wait(cooperate(async () => true).whenDone());
  same<typeof result, boolean>();
  const cached = yield* wait(Math.random() < 0.5 ? 'now' : Promise.resolve('later'));
  same<typeof cached, string>();
  yield;
  const all = yield* wait(Promise.all([coiterate([1]), fetch('https://example.org')]));
  same<(typeof all)[1], Response>();
  // @ts-expect-error  a Response is not a string
  const wrong: string = yield* wait(fetch('https://example.org'));
  return text.length + wrong.length;
});
same<ReturnType<typeof task.whenDone>, Deferred<number>>();
