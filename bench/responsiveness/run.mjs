// npm run bench:responsiveness -- [--browser <name>,…|all] [--rounds <number>] [--only <candidate>,…] [--no-build]
//
// How much work each candidate does in a page, and how much the page notices of it.
//   --only       names of candidates.mjs
//   --no-build   measures dist/ as it is
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { root } from '../../scripts/run.mjs';
import { needs, setup } from '../../scripts/setup.mjs';
import { main, parseCount, parseNames, showProgress } from '../cli.mjs';
import { browserNames, launch } from '../hosts/browsers.mjs';
import { serve } from '../hosts/server.mjs';
import { candidates } from './candidates.mjs';
import { measure, summarizeRounds } from './measure.mjs';
import { makeSite } from './site.mjs';
import { drawSummary } from './summary.mjs';
import { responsivenessTable } from './table.mjs';

const LEGEND = `Delays are p50 / p99 / max over all rounds; all other figures are medians of the rounds.
goodput: work done, relative to an uninterrupted loop in the same time, which is measured in the same page before and
  after the job.
in slices: the fraction of the time spent in slices (stats().busyMs). Goodput is lower by what the turns themselves cost
  and by what the browser's other threads and processes, which share the cores, take from the page.
drift: the relative difference between the two measurements of the uninterrupted loop; it is due to the machine.
late: frames that take longer than 1.5 frames of the idle page. gap: the longest time between two frames.
timer: how late a setTimeout of 10 ms fires. message: from postMessage in a worker until the page receives it.
Input is measured in runs of its own, because Chromium prioritises frames for a while after an input.`;

const inputLegend = (stampsInput, idleMs) =>
  stampsInput
    ? 'input: from when the browser receives a (trusted) press of the mouse until its handler runs.'
    : 'input: from when the driver sends a (trusted) press of the mouse until its handler runs, minus ' +
      `${idleMs.toFixed(1)} ms, the delay in the idle page.\n` +
      'Each press waits for the last one, so long delays are sampled less often than they occur.';

function parse() {
  const { values } = parseArgs({
    options: {
      'browser': { type: 'string', default: 'all' },
      'rounds': { type: 'string', default: '5' },
      'only': { type: 'string' },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const { browser, rounds, only } = values;
  const names = parseNames(
    '--only',
    only,
    candidates.map(({ name }) => name),
  );
  return {
    browsers: parseNames('--browser', browser === 'all' ? undefined : browser, browserNames),
    rounds: parseCount('--rounds', rounds, 1),
    rebuild: !values['no-build'],
    chosen: candidates.filter(({ name }) => names.includes(name)),
  };
}

/**
 * Measures all candidates in each round, so that a slow phase of the machine affects them alike. Each round starts with
 * another one, so that neither the first place nor the place after the heaviest is always the same candidate's.
 */
async function measureAll(browser, server, failures, chosen, rounds) {
  const results = new Map(chosen.map(({ name, module }) => [name, { rounds: [], error: failures.get(module) }]));
  for (let round = 0; round < rounds; round++) {
    const first = Math.floor((round * chosen.length) / rounds);
    for (const candidate of [...chosen.slice(first), ...chosen.slice(0, first)]) {
      const result = results.get(candidate.name);
      if (result.error !== undefined) continue;
      showProgress(`${browser.version}, round ${round + 1} of ${rounds}: ${candidate.name} `);
      try {
        result.rounds.push(await measure(browser, server, candidate));
      } catch (error) {
        result.error = error.message;
      }
    }
  }
  showProgress('');
  return chosen.map((candidate) => {
    const { rounds: done, error } = results.get(candidate.name);
    return { ...candidate, error, rounds: done, summary: error === undefined ? summarizeRounds(done) : undefined };
  });
}

await main(async () => {
  const { browsers, rounds, rebuild, chosen } = parse();
  await setup([...(rebuild ? needs.build : []), ...browsers]);
  if (rebuild) {
    console.error('Building …');
    await build({ types: false });
  }
  const { drawChart } = await import('./chart.mjs'); // needs packages that setup() may only just have installed
  const output = join(root, 'build/bench');
  await mkdir(output, { recursive: true });
  const { files, failures } = await makeSite(chosen.map(({ module }) => module));
  const server = await serve(files);
  const report = { rounds, browsers: [] };
  try {
    for (const name of browsers) {
      const browser = await launch(name);
      try {
        const { version, stampsInput } = browser;
        const rows = await measureAll(browser, server, failures, chosen, rounds);
        report.browsers.push({ name, version, stampsInput, candidates: rows });
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
  const panels = report.browsers.map(({ version, candidates: rows }) => ({ title: version, rows }));
  await writeFile(join(output, 'responsiveness.svg'), drawChart(panels));
  await writeFile(join(output, 'summary.svg'), drawSummary(panels));
  console.log('Wrote build/bench/responsiveness.json, responsiveness.svg and summary.svg');
});
