// node bench/work-loops.mjs [case]
//
// What the loops of `cooperator/work` cost beside plain loops, over a million numbers. Each case runs alternately as a
// plain loop and as a task of the default cooperator, which yields to the event loop between slices. Measures dist/.
import { cooperate } from 'cooperator';
import { filter, forEach, map, reduce, sort } from 'cooperator/work';
import { table } from './report/table.mjs';

const ROUNDS = 25;
const numbers = Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 1_000_003);

// Callbacks of one operation, of a few nanoseconds (a hash), and of some fifty nanoseconds (a string).
const double = (x) => x * 2;
const isEven = (x) => x % 2 === 0;
const add = (total, x) => total + x;
const hash = (x) => {
  let h = x;
  for (let round = 0; round < 8; round++) h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h >>> 0;
};
const isHashEven = (x) => hash(x) % 2 === 0;
const addHash = (total, x) => (total + hash(x)) % 1_000_003;
const toText = (x) => x.toString(36);
const isLong = (x) => toText(x).length > 3;
const addLength = (total, x) => total + toText(x).length;
const byValue = (a, b) => a - b;
let sink = 0;
const consume = (x) => {
  sink ^= x;
};
const consumeHash = (x) => {
  sink ^= hash(x);
};

const plainLoops = {
  map(f) {
    const results = [];
    for (let i = 0; i < numbers.length; i++) results.push(f(numbers[i], i));
    return results;
  },
  filter(f) {
    const results = [];
    for (let i = 0; i < numbers.length; i++) if (f(numbers[i], i)) results.push(numbers[i]);
    return results;
  },
  reduce(f) {
    let total = 0;
    for (let i = 0; i < numbers.length; i++) total = f(total, numbers[i], i);
    return total;
  },
  forEach(f) {
    for (let i = 0; i < numbers.length; i++) f(numbers[i], i);
  },
  sort: (f) => numbers.slice().sort(f),
};

const workLoops = {
  map: (f) => map(numbers, f),
  filter: (f) => filter(numbers, f),
  reduce: (f) => reduce(numbers, f, 0),
  forEach: (f) => forEach(numbers, f),
  sort: (f) => sort(numbers, f),
};

const cases = {
  'map, one operation': ['map', double],
  'map, a hash': ['map', hash],
  'map, a string': ['map', toText],
  'filter, one operation': ['filter', isEven],
  'filter, a hash': ['filter', isHashEven],
  'filter, a string': ['filter', isLong],
  'reduce, one operation': ['reduce', add],
  'reduce, a hash': ['reduce', addHash],
  'reduce, a string': ['reduce', addLength],
  'forEach, one operation': ['forEach', consume],
  'forEach, a hash': ['forEach', consumeHash],
  'sort': ['sort', byValue],
};

/** Milliseconds of processor time, to which other processes do not add. */
async function cpuTimeMs(run) {
  const begin = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

const chosen = Object.entries(cases).filter(([name]) => name.startsWith(process.argv[2] ?? ''));
if (chosen.length === 0) throw new Error(`There is no such case; choose from: ${Object.keys(cases).join('; ')}`);
const rows = [];
for (const [name, [loop, f]] of chosen) {
  // Disturbances only add time, so the fastest round is the most accurate.
  let [plain, asTask, turns] = [Infinity, Infinity, 0];
  for (let round = 0; round < ROUNDS; round++) {
    plain = Math.min(plain, await cpuTimeMs(() => plainLoops[loop](f)));
    const task = cooperate(workLoops[loop](f));
    asTask = Math.min(asTask, await cpuTimeMs(() => task.whenDone()));
    turns = task.stats().turns;
  }
  rows.push([name, `${plain.toFixed(2)} ms`, `${asTask.toFixed(2)} ms`, (asTask / plain).toFixed(3), String(turns)]);
}
console.log(table([['', 'plain', 'as a task', 'ratio', 'turns'], ...rows]));
if (!Number.isInteger(sink)) throw new Error('the callbacks were not called');
