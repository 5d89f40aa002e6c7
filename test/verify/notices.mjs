// For mutations.mjs: exits with 1 at the first difference between the model and a side, without making it small.
//   node notices.mjs <kind> <side> <scripts>
import { readFileSync, readdirSync } from 'node:fs';
import { generate } from '../model/generate.js';
import { replayAll, replayOnModel, replayOnPackage } from '../model/replayers.js';

const [kind, side, count] = process.argv.slice(2);
const directory = new URL('../traces/', import.meta.url);
const traces = readdirSync(directory)
  .filter((name) => name.endsWith('.trace'))
  .map((name) =>
    readFileSync(new URL(name, directory), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/^[#>]/.test(line)),
  )
  .map((lines) => `${[...lines.filter((line) => line !== 'end'), 'end'].join('\n')}\n`)
  .filter((script) => kind === 'js' || !script.includes('only=js'));
const scripts = [
  ...traces,
  ...Array.from({ length: Number(count) }, (_, seed) => generate(seed + 1, { js: kind === 'js' })),
];

async function* logs() {
  if (side === 'package') for (const script of scripts) yield replayOnPackage(script);
  else for (let at = 0; at < scripts.length; at += 50) yield* await replayAll(side, scripts.slice(at, at + 50));
}

let at = 0;
for await (const log of logs()) {
  if (log === replayOnModel(scripts[at++])) continue;
  console.log(`script ${at} differs`);
  process.exit(1);
}
