// A dedicated worker with a task that never ends. A message to it is answered with the number of slices so far.
import { Cooperator } from 'cooperator';

const cooperator = new Cooperator();
cooperator.cooperate(function* () {
  for (;;) yield;
});
onmessage = () => postMessage(cooperator.stats().slices);
