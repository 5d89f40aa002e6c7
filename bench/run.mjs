// npm run bench -- [--only <benchmark>,…] [--browser <name>,…|all | --workerd <program>] [--rounds <number>] [--quick]
//                  [--part <part>,…] [--isolated] [--markdown] [--no-build]
// npm run bench -- --from <file> [--markdown]
//
// Measures the package in Node or, with --browser, in pages that are cross-origin isolated and pages that are not;
// with --workerd, in that program.
//   --quick      fewer and shorter rounds, and at most 1,000 tasks
//   --part       only these parts of the benchmarks
//   --isolated   only pages that are cross-origin isolated
//   --markdown   prints the tables in the form of docs/performance.md
//   --no-build   measures dist/ as it is
//   --from       prints the tables of an earlier run: build/bench/node.json, browsers.json or workerd.json
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import { needs, setup } from '../scripts/setup.mjs';
import { benchmarks } from './benchmarks/index.mjs';
import { main, parseCount, parseNames, showProgress } from './cli.mjs';
import { browserNames } from './hosts/browsers.mjs';
import { openNode } from './hosts/node.mjs';
import { openPage } from './hosts/page.mjs';
import { makeSite } from './hosts/site.mjs';
import { openWorkerd } from './hosts/workerd.mjs';
import { buildWorkingTree } from './packages.mjs';
import { Results } from './report/results.mjs';
import { table } from './report/table.mjs';
import { benchmarkTables } from './report/tables.mjs';
import { measureRounds } from './rounds.mjs';
import { targetTables } from './targets.mjs';

const ROUNDS = { full: 5, quick: 3 };
const output = join(root, 'build/bench');

function parse() {
  const { values } = parseArgs({
    options: {
      'only': { type: 'string' },
      'rounds': { type: 'string' },
      'browser': { type: 'string' },
      'workerd': { type: 'string' },
      'part': { type: 'string' },
      'isolated': { type: 'boolean', default: false },
      'quick': { type: 'boolean', default: false },
      'markdown': { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      'from': { type: 'string' },
    },
  });
  const { browser, workerd, quick, markdown, from } = values;
  if (browser !== undefined && workerd !== undefined) throw new Error('choose one of --browser and --workerd');
  const here = Object.keys(benchmarks).filter((name) => {
    if (workerd !== undefined) return benchmarks[name].inWorkerd;
    return browser === undefined || !benchmarks[name].nodeOnly;
  });
  return {
    workerd,
    parts: values.part?.split(','),
    isolated: values.isolated,
    quick,
    markdown,
    from,
    rounds: parseCount('--rounds', values.rounds ?? String(quick ? ROUNDS.quick : ROUNDS.full), 1),
    rebuild: !values['no-build'],
    browsers:
      browser === undefined ? [] : parseNames('--browser', browser === 'all' ? undefined : browser, browserNames),
    names: parseNames('--only', values.only ?? here.filter((name) => !benchmarks[name].onRequest).join(), here),
  };
}

/** Functions that open the hosts; only one is open at a time. */
async function hostOpeners({ browsers, workerd, isolated: onlyIsolated }, site) {
  if (workerd !== undefined) {
    return [() => openWorkerd(workerd, { dist: site.dist, directory: join(output, 'workerd') })];
  }
  if (browsers.length === 0) {
    const files = await makeSite({ ...site, platform: 'node' });
    return [() => openNode(files, join(output, 'node'))];
  }
  const files = await makeSite({ ...site, platform: 'browser' });
  const kinds = onlyIsolated ? [true] : [true, false];
  return browsers.flatMap((name) => kinds.map((isolated) => () => openPage(files, name, { isolated })));
}

/** What one host was measured at, as it is written to a file: see `print`. */
async function measureHost(open, { names, parts, rounds, quick, dist }) {
  const host = await open();
  try {
    const { title, platform } = host;
    const onProgress = (text) => showProgress(`${title}, ${text}`);
    const results = await measureRounds(host, { names, parts, rounds, quick, dist, onProgress });
    showProgress('');
    const date = new Date().toISOString().slice(0, 10);
    return { title, platform, date, rounds, quick, names, results: results.toJSON() };
  } finally {
    await host.close();
  }
}

function print({ title, platform, date, rounds, quick, names, results }, { markdown }) {
  const all = new Results(results);
  console.log(`\n${markdown ? '## ' : ''}${title}, ${date}; ${rounds} rounds${quick ? ', quick' : ''}`);
  for (const tables of [benchmarkTables, targetTables]) {
    for (const { title: caption, rows } of tables(all, { names, platform })) {
      console.log(`\n${caption}:\n\n${table(rows, { markdown })}`);
    }
  }
}

await main(async () => {
  const options = parse();
  const { browsers, workerd, names, rebuild, from } = options;
  if (from !== undefined) {
    for (const host of JSON.parse(await readFile(from, 'utf8'))) print(host, options);
    return;
  }
  await setup(
    [...needs.build, ...browsers, ...(names.includes('libraries') ? ['twisted'] : [])],
    ['.', ...(names.includes('preemptible') ? ['test/modules'] : [])],
  );
  if (rebuild) console.error('Building …');
  const { dist, core } = await buildWorkingTree({ rebuild });
  await mkdir(output, { recursive: true });
  const measured = [];
  for (const open of await hostOpeners(options, { names, dist, core })) {
    const host = await measureHost(open, { ...options, dist });
    measured.push(host);
    print(host, options);
  }
  const kind = browsers.length === 0 ? 'node' : 'browsers';
  const file = join(output, `${workerd === undefined ? kind : 'workerd'}.json`);
  await writeFile(file, `${JSON.stringify(measured, null, 1)}\n`);
  console.error(`\nWrote ${relative(root, file)}`);
});
