// Runs the bundled tests in browsers and runtimes, and programs/ in the runtimes, and counts.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browsers.js';
import { directory } from './bundle.js';
import { everywhere, inBrowsers, inProcesses } from './files.js';
import { programs } from './programs.js';
import { serve } from './serve.js';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const packed = fileURLToPath(new URL('../../build/packed/', import.meta.url));

/** How each runtime runs a script. `node` is the Node that runs this. */
export const runtimes = {
  node: { command: process.execPath, args: [] },
  node22: { command: join(modules, 'node22/bin/node'), args: [] },
  node24: { command: join(modules, 'node24/bin/node'), args: [] },
  // As engines may do later: objects that are not extensible take no private members.
  node26: { command: join(modules, 'node26/bin/node'), args: ['--js-nonextensible-applies-to-private'] },
  deno: { command: join(modules, '@deno/linux-x64-glibc/deno'), args: ['run', '--allow-all'] },
  bun: { command: join(modules, '@oven/bun-linux-x64/bin/bun'), args: [] },
};

/**
 * Limits in milliseconds, far above what is normal: for a set of test files, for a program, and for a process to end
 * after its last report.
 */
const limits = { set: 180_000, program: 20_000, end: 10_000 };

/** The environment of the runtimes: no options from outside, no colours, no update checks. */
const environment = {
  ...process.env,
  NODE_OPTIONS: '',
  NO_COLOR: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DO_NOT_TRACK: '1',
};

/** @param {keyof typeof launch} name */
export async function runInBrowser(name) {
  const counts = { passed: 0, failed: 0, output: '' };
  const browser = await launch[name]();
  try {
    for (const [place, own] of Object.entries(inBrowsers)) {
      await runSet(`${name}, ${place}`, place, [...everywhere, ...own], inPage(browser), counts);
    }
  } finally {
    await browser.close();
  }
  return counts;
}

/** @param {keyof typeof runtimes} name */
export async function runInRuntime(name) {
  const counts = { passed: 0, failed: 0, output: '' };
  // Jest runs the tests in the main thread of this Node.
  const places = name === 'node' ? ['worker'] : ['main thread', 'worker'];
  const files = [...everywhere, ...inProcesses];
  for (const place of places) await runSet(`${name}, ${place}`, place, files, inProcess(name), counts);
  await runPrograms(name, counts);
  return counts;
}

/** The failures of `inside/failing.js`, in order: each host must report them all. */
const expectedFailures = [
  ['fails > by what it expects', /strictly equal/],
  ['fails > by what it throws', /RangeError: thrown/],
  ['fails > by what it rejects with', /RangeError: rejected/],
  ['fails > in a hook > after it', /RangeError: hook/],
  ['outside of any test', /stray (?:rejection|error)/],
  ['outside of any test', /stray (?:rejection|error)/],
];

/**
 * Runs test files in one place and adds the results to `counts`.
 * @param {string} title  for failures
 * @param {string} place  where in the host: 'page', 'worker', ...
 * @param {string[]} files
 * @param {(job: { place: string, files: string[] }, onReport: (report: any) => void) => Promise<string>} runThere
 *   runs the files; resolves to a description of how that ended
 * @param {import('../steps/support/report.mjs').Counts} counts
 */
async function runSet(title, place, files, runThere, counts) {
  const reports = new Map();
  const ending = await runThere({ place, files: ['failing.js', ...files] }, (report) => {
    reports.set(report.file ?? report, report);
  });
  const fail = (text) => {
    counts.failed += 1;
    counts.output += `FAILED (${title}): ${text}\n`;
  };
  const { passed, failures = [] } = reports.get('failing.js') ?? {};
  const noticed =
    passed === 2 &&
    failures.length === expectedFailures.length &&
    expectedFailures.every(
      ([test, message], index) => failures[index].test === test && message.test(failures[index].message),
    );
  if (noticed) counts.passed += 1;
  else fail(`failing.js did not fail as expected:\n${JSON.stringify(reports.get('failing.js'), undefined, 2)}`);

  for (const file of files) {
    const report = reports.get(file);
    if (report === undefined) {
      fail(`${file}: no report`);
      continue;
    }
    counts.passed += report.passed;
    for (const { test, message } of report.failures) fail(`${file}: ${test}\n${message}`);
  }
  const known = ['failing.js', 'end', ...files];
  for (const [name, report] of reports) if (!known.includes(name)) fail(JSON.stringify(report));
  if (!reports.has('end')) fail(`the run did not finish\n${ending}`);
}

function inPage(browser) {
  return async (job, onReport) => {
    let end;
    const ended = new Promise((resolve) => {
      end = resolve;
    });
    const timer = setTimeout(end, limits.set, 'the time limit was exceeded');
    const server = await serve(
      job,
      (report) => {
        onReport(report);
        if (report === 'end') end('');
      },
      { hide: () => browser.hide(), show: () => browser.show() },
    );
    try {
      await browser.open(server.url);
      return await ended;
    } finally {
      clearTimeout(timer);
      await server.close();
    }
  };
}

/** What a line with a report starts with: see inside/process.js. */
const mark = 'report ';

function inProcess(name) {
  return async (job, onReport) => {
    let other = '';
    const { code, stderr } = await runProgram(name, join(directory, 'process.js'), {
      args: [JSON.stringify(job)],
      limit: limits.set,
      onLine(line, child) {
        if (!line.startsWith(mark)) {
          other += `${line}\n`;
          return;
        }
        const report = JSON.parse(line.slice(mark.length));
        onReport(report);
        if (report === 'end') setTimeout(() => child.kill('SIGKILL'), limits.end).unref();
      },
    });
    if (code !== 0) onReport({ file: 'process.js', ended: code ?? 'killed, because it did not end by itself' });
    return `${other}${stderr}exit code ${code}`;
  };
}

/** Runs a script in a runtime. The resulting `code` is null if the process had to be killed. */
async function runProgram(name, path, { args = [], limit, onLine }) {
  const { command, args: before } = runtimes[name];
  const child = spawn(command, [...before, path, ...args], {
    cwd: packed,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => onLine(line, child));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stderr };
}

async function runPrograms(name, counts) {
  const existing = await readdir(join(packed, 'programs'));
  for (const { title, file, args = [], lines, code = 0, stderr = /^$/ } of programs) {
    const printed = [];
    const begin = performance.now();
    const ended = existing.includes(file)
      ? await runProgram(name, join(packed, 'programs', file), {
          args,
          limit: limits.program,
          onLine: (line) => printed.push(line),
        })
      : { code: 'none', stderr: `${file} does not exist` };
    const took = performance.now() - begin;
    if (ended.code === code && stderr.test(ended.stderr) && String(printed.sort()) === String([...lines].sort())) {
      counts.passed += 1;
    } else {
      counts.failed += 1;
      counts.output +=
        `FAILED (${name}): ${title}: exit code ${ended.code} after ${took.toFixed(0)} ms, printed ` +
        `${JSON.stringify(printed)}\n${ended.stderr}\n`;
    }
  }
}
