// Measures how much work is done, and how much a page notices of it:
// npm run bench:responsiveness -- [--browser chromium|firefox|webkit|all] [--rounds N] [--only name,…]
//                                 [--isolated] [--no-build]
// --only takes names of contenders.mjs. --isolated makes the page cross-origin isolated: a finer clock.
// --no-build measures dist/ as it is.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { root } from '../../scripts/run.mjs';
import { needs, setup } from '../../scripts/setup.mjs';
import { browserNames, launch } from '../hosts/browsers.mjs';
import { serve } from '../hosts/server.mjs';
import { contenders } from './contenders.mjs';
import { measure, summarize } from './measure.mjs';
import { makeSite } from './site.mjs';
import { responsivenessTable } from './table.mjs';

const LEGEND = `Delays are p50 / p99 / max of all rounds together, the rest is the median of the rounds.
goodput: work done in the time, of what a loop without a break does in it, in the same page, before and after.
in slices: the part of the time that our slices had (stats().busyMs); what the work lacks of it, the browser's other
threads and processes took from the page's, which shares the cores with them, and the turns themselves.
drift: by what part the two of goodput differ, which is the machine's doing.
late: frames longer than 1.5 of the idle page's. gap: the longest between two frames. timer: how late a setTimeout of
10 ms fires. message: from postMessage in a worker until the page receives it.
Input has runs of its own: Chromium prefers frames for a while after it.`;

function inputLegend(stampsInput, idleMs) {
  return stampsInput
    ? "input: from the browser's receiving a press of the mouse (trusted) until its handler runs."
    : `input: from the driver's sending a press of the mouse (trusted) until its handler runs, less the idle page's ${idleMs.toFixed(
        1,
      )} ms.
A press waits for the one before, so that long delays are seen less often than they occur.`;
}

function parse() {
  const { values } = parseArgs({
    options: {
      browser: { type: 'string', default: 'all' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      isolated: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const browsers = values.browser === 'all' ? browserNames : values.browser.split(',');
  const unknown = browsers.find((name) => !browserNames.includes(name));
  if (unknown !== undefined) throw new Error(`No browser ${unknown}; there are: ${browserNames.join(', ')}, all`);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1)) {
    throw new Error(`--rounds must be an integer from 1, not ${values.rounds}`);
  }
  const known = contenders.map(({ name }) => name);
  const names = values.only?.split(',') ?? known;
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`No contender ${stranger}; there are: ${known.join(', ')}`);
  return {
    browsers,
    rounds,
    isolated: values.isolated,
    building: !values['no-build'],
    chosen: contenders.filter(({ name }) => names.includes(name)),
  };
}

/** All contenders in each round, so that what slows the machine for a while slows all alike. */
async function measureAll(browser, server, failures, chosen, rounds) {
  const results = new Map(chosen.map(({ name }) => [name, { rounds: [], error: failures.get(name) }]));
  for (let round = 0; round < rounds; round++) {
    // Begins with another one each time: the first and the one after the heaviest have no fixed place.
    const first = Math.floor((round * chosen.length) / rounds);
    for (const { name } of [...chosen.slice(first), ...chosen.slice(0, first)]) {
      const result = results.get(name);
      if (result.error !== undefined) continue;
      process.stderr.write(`\r\x1b[K${browser.version}, round ${round + 1} of ${rounds}: ${name} `);
      try {
        result.rounds.push(await measure(browser, server, name));
      } catch (error) {
        result.error = error.message;
      }
    }
  }
  process.stderr.write('\r\x1b[K');
  return chosen.map((contender) => {
    const { rounds: done, error } = results.get(contender.name);
    return { ...contender, error, rounds: done, summary: error === undefined ? summarize(done) : undefined };
  });
}

try {
  const { browsers, rounds, isolated, building, chosen } = parse();
  await setup([...(building ? needs.build : []), ...browsers]);
  if (building) {
    console.log('Building …');
    await build({ types: false });
  }
  const output = join(root, 'build/bench');
  await mkdir(output, { recursive: true });
  const { files, failures } = await makeSite(chosen.map(({ name }) => name));
  const server = await serve(files, { isolated });
  const report = { rounds, isolated, browsers: [] };
  try {
    for (const name of browsers) {
      const browser = await launch(name);
      try {
        const { version, stampsInput } = browser;
        const rows = await measureAll(browser, server, failures, chosen, rounds);
        report.browsers.push({ name, version, stampsInput, contenders: rows });
        console.log(`\n${version}; rounds: ${rounds}\n`);
        const idle = rows.filter(({ summary }) => summary !== undefined).map(({ summary }) => summary.idleInputMs);
        console.log(`${responsivenessTable(rows)}\n\n${inputLegend(stampsInput, Math.min(...idle))}`);
      } finally {
        await browser.close();
      }
    }
  } finally {
    server.close();
  }
  console.log(`\n${LEGEND}\n`);
  await writeFile(join(output, 'responsiveness.json'), `${JSON.stringify(report, null, 1)}\n`);
  console.log('Wrote build/bench/responsiveness.json');
  const { drawPlot } = await import('./plot.mjs');
  const panels = report.browsers.map(({ version, contenders: rows }) => ({ title: version, rows }));
  await writeFile(join(output, 'responsiveness.svg'), drawPlot(panels));
  console.log('Wrote build/bench/responsiveness.svg');
} catch (error) {
  console.error(error.output ?? '');
  console.error(error.message);
  process.exitCode = 1;
}
