// Runs computations in C beside generators in one queue: a hash, a picture and a compression, whose steps are functions
// of three WebAssembly modules, and two tasks in JavaScript. Compares each result with that of the same code in one
// piece, and with Node's own where Node has one.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { Cooperator, native } from 'cooperator';

const modules = new URL('../../build/wasm/examples/native/', import.meta.url);
const WIDTH = 320;
const HEIGHT = 180;
const PASSES = 4;
const VIEW = [0.4, 6.5]; // angle and distance of the camera

/** Instantiates `name`.wasm. The views of its memory are valid until the next call, which may grow the memory. */
async function load(name) {
  const bytes = await readFile(new URL(`${name}.wasm`, modules));
  const imports = { env: { emscripten_notify_memory_growth() {} } };
  const {
    instance: { exports },
  } = await WebAssembly.instantiate(bytes, imports);
  exports._initialize();
  const call = (action, ...numbers) => {
    const result = exports[`${name}_${action}`](...numbers);
    if (action === 'create' && result === 0) throw new Error(`${name}: no memory`);
    return result;
  };
  return {
    step: exports[`${name}_step`],
    call,
    words: (at, count) => new Uint32Array(exports.memory.buffer, at, count),
    bytes: (at, length) => Buffer.from(exports.memory.buffer, at, length),
  };
}

/** The data to hash and to compress: text with repetitions, the same in each run. */
function makeText(length) {
  const words = 'turns are short and each task has one after the other so that nothing waits for long'.split(' ');
  const text = Buffer.alloc(length);
  let seed = 1;
  for (let at = 0; at < length;) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    at += text.write(`${words[seed % words.length]}${seed % 7 === 0 ? seed : ''} `, at);
  }
  return text;
}

function check(name, actual, expected) {
  if (Buffer.compare(actual, expected) !== 0) throw new Error(`${name}: the results differ`);
}

function* countPrimes(limit) {
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
    yield;
  }
  return primes;
}

const cooperator = new Cooperator();
const [sha256, rayTracer, gzip] = await Promise.all(['sha256', 'ray_tracer', 'gzip'].map(load));
const text = makeText(16 << 20);

const hash = sha256.call('create', text.length);
text.copy(sha256.bytes(sha256.words(hash, 1)[0], text.length)); // the first word is the address of the data
sha256.call('feed', hash, text.length);
const hashing = cooperator.cooperate(
  native({
    name: 'sha256',
    step: sha256.step,
    state: hash,
    result: (at) => Buffer.from(sha256.bytes(at + 12, 32)), // after three words
    dispose: (at) => sha256.call('destroy', at),
  }),
);

const picture = rayTracer.call('create', WIDTH, HEIGHT, PASSES, ...VIEW);
const readPicture = (at) => Buffer.from(rayTracer.bytes(rayTracer.words(at, 5)[4], WIDTH * HEIGHT * 4));
const drawing = cooperator.cooperate(
  native({
    name: 'ray tracer',
    step: rayTracer.step,
    state: picture,
    result: readPicture,
    dispose: (at) => rayTracer.call('destroy', at),
  }),
);

const archive = gzip.call('create', text.length);
text.copy(gzip.bytes(gzip.words(archive, 1)[0], text.length));
const readArchive = (at) => Buffer.from(gzip.bytes(gzip.words(at, 5)[3], gzip.words(at, 5)[4]));
const compressing = cooperator.cooperate(
  native({
    name: 'gzip',
    step: gzip.step,
    state: archive,
    result: readArchive,
    dispose: (at) => gzip.call('destroy', at),
  }),
);

const counting = cooperator.cooperate(countPrimes(100_000), { name: 'primes' });
const watching = cooperator.cooperate(function* watch() {
  while ([hashing, drawing, compressing, counting].some(({ state }) => state === 'runnable')) yield;
});
const tasks = [hashing, drawing, compressing, counting];
const [digest, drawn, compressed, primes] = await Promise.all([...tasks, watching].map((task) => task.whenDone()));
for (const task of tasks) console.log(`${task.name.padEnd(12)}${String(task.stats().turns).padStart(8)} turns`);
if (watching.stats().turns < Math.max(...tasks.map((task) => task.stats().turns)))
  throw new Error('the tasks did not share one queue');

// the same code in one piece
const again = sha256.call('create', text.length);
text.copy(sha256.bytes(sha256.words(again, 1)[0], text.length));
sha256.call('in_one_piece', sha256.words(again, 1)[0], text.length, again + 12);
check('sha256', digest, Buffer.from(sha256.bytes(again + 12, 32)));
check('sha256', digest, createHash('sha256').update(text).digest());

const picture2 = rayTracer.call('create', WIDTH, HEIGHT, PASSES, ...VIEW);
rayTracer.call('in_one_piece', picture2);
check('ray tracer', drawn, readPicture(picture2));

const archive2 = gzip.call('create', text.length);
text.copy(gzip.bytes(gzip.words(archive2, 1)[0], text.length));
gzip.call('in_one_piece', archive2);
check('gzip', compressed, readArchive(archive2));
check('gzip', gunzipSync(compressed), text);

if (primes !== 9592) throw new Error(`${primes} primes below 100,000`);
console.log('All results equal those of the code in one piece.');
cooperator.dispose();
