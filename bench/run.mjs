// Measures the package: npm run bench -- [--only <subject>,…] [--rounds <number>] [--quick] [--markdown]
//                                        [--browser chromium|firefox|webkit|all] [--no-build]
// In Node, or with --browser in browsers' pages, cross-origin isolated and not. --quick is for a first look: fewer and
// shorter rounds, at most 1,000 tasks. --markdown prints the tables as they stand in docs/performance.md. --no-build
// measures dist/ as it is.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';
import { root } from '../scripts/run.mjs';
import { needs, setup } from '../scripts/setup.mjs';
import { browserNames } from './hosts/browsers.mjs';
import { openNode } from './hosts/node.mjs';
import { openPage } from './hosts/page.mjs';
import { buildCore, makeSite } from './hosts/site.mjs';
import { table } from './report/table.mjs';

const ROUNDS = { full: 5, quick: 3 };
const SUBJECTS = ['turns', 'peers', 'overrun', 'hop', 'lifecycle', 'memory', 'startup', 'size'];
const output = join(root, 'build/bench');

function oneOf(list, given, what) {
  const stranger = given.find((name) => !list.includes(name));
  if (stranger !== undefined) throw new Error(`No ${what} ${stranger}; there are: ${list.join(', ')}`);
  return list.filter((name) => given.includes(name));
}

function parse() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      browser: { type: 'string' },
      quick: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const { browser, quick, markdown } = values;
  const rounds = values.rounds === undefined ? (quick ? ROUNDS.quick : ROUNDS.full) : Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1)) {
    throw new Error(`--rounds must be an integer from 1, not ${values.rounds}`);
  }
  const browsers = browser === 'all' ? browserNames : (browser?.split(',') ?? []);
  return {
    quick,
    markdown,
    rounds,
    building: !values['no-build'],
    browsers: oneOf(browserNames, browsers, 'browser'),
    names: oneOf(SUBJECTS, values.only?.split(',') ?? SUBJECTS, 'subject'),
  };
}

/** What opens each host, one at a time. */
async function findHosts(browsers, subjects, contenders) {
  const core = await buildCore();
  if (browsers.length === 0) {
    const files = await makeSite({ platform: 'node', subjects, contenders, core });
    return [() => openNode(files, join(output, 'node'))];
  }
  const files = await makeSite({ platform: 'browser', subjects, core });
  return browsers.flatMap((name) => [true, false].map((isolated) => () => openPage(files, name, { isolated })));
}

function print({ title, sections }, { rounds, quick, markdown }) {
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${markdown ? '## ' : ''}${title}, ${date}; ${rounds} rounds${quick ? ', quick' : ''}`);
  for (const { title: what, rows } of sections) console.log(`\n${what}:\n\n${table(rows, { markdown })}`);
}

try {
  const options = parse();
  const { building, rounds, quick, browsers } = options;
  const programs = browsers.length === 0 && options.names.includes('peers') ? ['twisted'] : [];
  await setup([...needs.build, ...browsers, ...programs]);
  if (building) {
    console.error('Building …');
    await build({ types: false });
  }
  // What imports the package, which may only now be there.
  const { measureIn } = await import('./measure.mjs');
  const { subjects } = await import('./subjects/index.mjs');
  const { peers } = await import('./subjects/peers.js');
  const { tablesOf, failures } = await import('./report/tables.mjs');
  const { targetsTable } = await import('./targets.mjs');
  const { drawPlot } = await import('./report/plot.mjs');
  const names = options.names.filter((name) => browsers.length === 0 || !subjects[name].onlyInNode);
  if (names.length === 0) throw new Error(`${options.names.join(', ')}: measured in Node only`);
  const contenders = names.includes('peers') ? Object.keys(peers).filter((name) => name !== 'twisted') : [];

  const measured = [];
  await mkdir(output, { recursive: true });
  const inside = names.filter((name) => !subjects[name].outside);
  for (const open of await findHosts(browsers, inside, contenders)) {
    const host = await open();
    try {
      const { title, platform } = host;
      const tell = (what) => process.stderr.write(`\r\x1b[K${title}, ${what} `);
      const figures = await measureIn(host, { names, rounds, quick, dist: join(root, 'dist'), tell });
      process.stderr.write('\r\x1b[K');
      const sections = [
        ...names.flatMap((name) => tablesOf(name, figures, platform, subjects[name])),
        ...failures(figures),
        ...targetsTable(figures, { names, platform }),
      ];
      print({ title, sections }, options);
      measured.push({ title, figures });
    } finally {
      await host.close();
    }
  }
  const name = browsers.length === 0 ? 'node' : 'browsers';
  await writeFile(join(output, `${name}.json`), `${JSON.stringify({ rounds, quick, measured }, null, 1)}\n`);
  if (names.includes('turns')) await writeFile(join(output, `${name}.svg`), drawPlot(measured));
  console.error(`\nWrote build/bench/${name}.json${names.includes('turns') ? ` and ${name}.svg` : ''}`);
} catch (error) {
  console.error(error.output ?? '');
  console.error(error.message);
  process.exitCode = 1;
}
