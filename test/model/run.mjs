//   node test/model/run.mjs [--scripts 3000 | --minutes 5] [--seed 1] [--only c|js|twisted|memory]
import { parseArgs } from 'node:util';
import { compareAll } from './compare.js';

const { values } = parseArgs({
  options: {
    scripts: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const began = performance.now();
const { scripts, differences, shown } = await compareAll({
  scripts: Number(values.scripts ?? (values.minutes === undefined ? 3000 : Infinity)),
  minutes: Number(values.minutes ?? Infinity),
  seed,
  only: values.only,
});
for (const text of shown) console.log(text);
const counts = Object.entries(scripts).map(([kind, count]) => `${count} ${kind}`).join(', ');
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`seed ${seed}: ${counts}; ${differences} differences, ${seconds} s`);
process.exitCode = differences === 0 ? 0 : 1;
