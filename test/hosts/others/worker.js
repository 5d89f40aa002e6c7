// A Cloudflare Worker. The path of the request says what to do.
import { cooperate, init } from 'cooperator';
import { map, range } from 'cooperator/work';
import { cooperate as cooperateWithoutWasm } from 'cooperator/without-wasm';
import module from 'cooperator/cooperator.wasm';

const work = () => map(range(1000), (n) => n ** 2);
const timer = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let stopped = false;

const answers = {
  '/without-init': () => cooperate(work()).whenDone(),
  '/init': async () => {
    await init(module);
    return cooperate(work()).whenDone();
  },
  '/globals': () => `${typeof FinalizationRegistry} ${typeof WeakRef}`,
  '/without-wasm': () => cooperateWithoutWasm(work()).whenDone(),
  /** Computes until another request has come, and until a timer has. */
  '/compute': async () => {
    const late = timer(10);
    await cooperate(function* () {
      while (!stopped) yield;
    }).whenDone();
    await late;
    return 'stopped by another request';
  },
  '/stop': () => {
    stopped = true;
    return 'stopping';
  },
};

export default {
  async fetch(request) {
    const answer = await Promise.resolve()
      .then(answers[new URL(request.url).pathname])
      .catch((error) => error.message);
    return new Response(Array.isArray(answer) ? String(answer.at(-1)) : answer);
  },
};
