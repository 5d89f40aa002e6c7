// In a dedicated worker: a task without an end, of whose slices it tells how many there were, when it is asked.
import { Cooperator } from 'cooperator';

const cooperator = new Cooperator();
cooperator.cooperate(function* () {
  for (;;) yield;
});
onmessage = () => postMessage(cooperator.stats().slices);
