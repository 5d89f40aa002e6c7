// A script of a React Native app, for Hermes, whose `print` writes a line.
import { Deferred, cooperate, wait } from 'cooperator';
import { map, range } from 'cooperator/work';

const failed = (error) => print(`failed: ${error.stack}`);

cooperate(function* () {
  const list = yield* map(range(1000), (n) => n ** 2);
  const more = new Deferred();
  cooperate(async (context) => {
    await context.yield();
    more.callback('waited');
  });
  const stopped = cooperate(function* () {
    for (;;) yield;
  });
  const text = yield* wait(more);
  stopped.stop();
  const error = yield* wait(stopped.whenDone().addErrback(({ name }) => name));
  return `${list[list.length - 1]}, ${text}, ${error}`;
})
  .whenDone()
  .then(print, failed);
