import { Cooperator, cooperate, predicates } from 'cooperator';

function* count(label, turns) {
  for (let turn = 0; turn < turns; turn++) yield;
  console.log(label, turns);
}

cooperate(count('global', 1000));
new Cooperator({ terminationPredicateFactory: predicates.turns(1) }).cooperate(count('own', 100));
cooperate(function* () {
  yield new Promise((resolve) => setTimeout(resolve, 50));
  yield;
  console.log('waited for a timer');
});
