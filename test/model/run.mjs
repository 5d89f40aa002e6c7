// Compares random scripts on the model with the package, the C core and Twisted, and prints the differences.
//   node test/model/run.mjs [--scripts 3000 | --minutes 5] [--seed 1] [--only c|js|twisted|memory|sync] [--workers 2]
import { parseArgs } from 'node:util';
import { compareAll } from './compare.js';

const { values } = parseArgs({
  options: {
    scripts: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    workers: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const began = performance.now();
const { scripts, differences, shown } = await compareAll({
  scripts: Number(values.scripts ?? (values.minutes === undefined ? 3000 : Infinity)),
  minutes: Number(values.minutes ?? Infinity),
  seed,
  only: values.only,
  workers: values.workers === undefined ? undefined : Number(values.workers),
});
for (const text of shown) console.log(text);
const counts = Object.entries(scripts)
  .map(([kind, count]) => `${count} ${kind}`)
  .join(', ');
const total = Object.values(scripts).reduce((sum, count) => sum + count);
const seconds = (performance.now() - began) / 1000;
console.log(
  `seed ${seed}: ${total} scripts (${counts}); ${differences} differences; ${seconds.toFixed(1)} s, ` +
    `${Math.round(total / seconds)} a second`,
);
process.exitCode = differences === 0 ? 0 : 1;
