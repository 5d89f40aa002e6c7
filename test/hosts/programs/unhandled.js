import { cooperate } from 'cooperator';

cooperate(function* () {
  console.log('failing');
  yield;
  throw new RangeError('too many primes');
});
