import { Cooperator, Deferred, schedulers } from 'cooperator';

const scheduler = schedulers[process.argv[2]];
const make = () => new Cooperator({ scheduler: scheduler(), terminationPredicateFactory: () => () => true });

make();
make().cooperate(function* () {
  yield;
  yield;
  console.log('ended');
});
make().cooperate(function* () {
  yield;
  console.log('waits');
  yield new Deferred();
  console.log('not reached');
});
const paused = make().cooperate(function* () {
  yield;
  console.log('paused');
  paused.pause();
  yield;
  console.log('not reached');
});
make()
  .cooperate(function* () {
    for (;;) yield;
  })
  .stop();
scheduler()(() => console.log('not called')).cancel();
