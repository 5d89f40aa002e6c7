// What `cooperator/work` costs beside the plain loop, on a million numbers: node bench/work.mjs [case]
//
// Each pair runs by turns, plain and as a task of the default cooperator, whose slices leave the event loop its time.
import { cooperate } from 'cooperator';
import { filter, forEach, map, reduce, sort } from 'cooperator/work';

const ROUNDS = 25;
const numbers = Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 1_000_003);

// a callback of one operation, one of a few nanoseconds, and one that makes a text, of some fifty
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
const text = (x) => x.toString(36);
const isLong = (x) => text(x).length > 3;
const addText = (total, x) => total + text(x).length;
const byValue = (a, b) => a - b;
let sink = 0;
const note = (x) => {
  sink ^= x;
};
const noteHash = (x) => {
  sink ^= hash(x);
};

const plain = {
  map(f) {
    const made = [];
    for (let i = 0; i < numbers.length; i++) made.push(f(numbers[i], i));
    return made;
  },
  filter(f) {
    const made = [];
    for (let i = 0; i < numbers.length; i++) if (f(numbers[i], i)) made.push(numbers[i]);
    return made;
  },
  reduce(f) {
    let made = 0;
    for (let i = 0; i < numbers.length; i++) made = f(made, numbers[i], i);
    return made;
  },
  forEach(f) {
    for (let i = 0; i < numbers.length; i++) f(numbers[i], i);
  },
  sort(f) {
    return numbers.slice().sort(f);
  },
};

const cases = {
  'map, one operation': ['map', double, () => map(numbers, double)],
  'map, a hash': ['map', hash, () => map(numbers, hash)],
  'filter, one operation': ['filter', isEven, () => filter(numbers, isEven)],
  'filter, a hash': ['filter', isHashEven, () => filter(numbers, isHashEven)],
  'reduce, one operation': ['reduce', add, () => reduce(numbers, add, 0)],
  'reduce, a hash': ['reduce', addHash, () => reduce(numbers, addHash, 0)],
  'forEach, one operation': ['forEach', note, () => forEach(numbers, note)],
  'forEach, a hash': ['forEach', noteHash, () => forEach(numbers, noteHash)],
  'map, a text': ['map', text, () => map(numbers, text)],
  'filter, a text': ['filter', isLong, () => filter(numbers, isLong)],
  'reduce, a text': ['reduce', addText, () => reduce(numbers, addText, 0)],
  'sort': ['sort', byValue, () => sort(numbers, byValue)],
};

// what disturbs only adds: the least is nearest to the truth
const least = (list) => Math.min(...list);

/** Of the processor, in milliseconds: what else the machine does counts little. */
async function time(run) {
  const begin = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

const chosen = Object.entries(cases).filter(([name]) => name.startsWith(process.argv[2] ?? ''));
if (chosen.length === 0) throw new Error(`there are these cases: ${Object.keys(cases).join('; ')}`);
console.log(`${''.padEnd(24)}${['plain', 'as a task', 'ratio', 'turns'].map((title) => title.padStart(11)).join('')}`);
for (const [name, [loop, f, work]] of chosen) {
  const times = { plain: [], task: [] };
  let turns = 0;
  for (let round = 0; round < ROUNDS; round++) {
    times.plain.push(await time(() => plain[loop](f)));
    const task = cooperate(work());
    times.task.push(await time(() => task.whenDone()));
    turns = task.stats().turns;
  }
  const [before, after] = [least(times.plain), least(times.task)];
  const cells = [`${before.toFixed(2)} ms`, `${after.toFixed(2)} ms`, (after / before).toFixed(3), String(turns)];
  console.log(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(11)).join('')}`);
}
if (!Number.isInteger(sink)) throw new Error('the callbacks were not called');
