import { cooperate, getGlobalCooperator } from 'cooperator';

await cooperate(function* () {
  yield;
}).whenDone();
getGlobalCooperator().stop();
getGlobalCooperator().start();
console.log('idle');
