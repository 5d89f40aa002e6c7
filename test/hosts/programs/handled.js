import { cooperate } from 'cooperator';

const fail = function* () {
  yield;
  throw new RangeError('too many primes');
};
cooperate(fail)
  .whenDone()
  .addErrback(({ message }) => {
    console.log(message);
  });
cooperate(fail)
  .whenDone()
  .catch(() => {});
