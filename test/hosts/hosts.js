// Runs the tests of test/js in hosts other than Jest's Node, and programs that show how a process begins and ends.
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

/** Runtimes: how each runs a script. `node` is the one that runs this. */
export const runtimes = {
  node: { command: process.execPath, args: [] },
  node22: { command: join(modules, 'node22/bin/node'), args: [] },
  node24: { command: join(modules, 'node24/bin/node'), args: [] },
  node26: { command: join(modules, 'node26/bin/node'), args: [] },
  deno: { command: join(modules, '@deno/linux-x64-glibc/deno'), args: ['run', '--allow-all'] },
  bun: { command: join(modules, '@oven/bun-linux-x64/bin/bun'), args: [] },
};

/** For a set of test files, a program, and the end of a process that has done all: far more than they take. */
const limits = { set: 180_000, program: 20_000, end: 10_000 };

const plain = {
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
  // Jest has done so in the main thread of this one.
  const places = name === 'node' ? ['worker'] : ['main thread', 'worker'];
  const files = [...everywhere, ...inProcesses];
  for (const place of places) await runSet(`${name}, ${place}`, place, files, inProcess(name), counts);
  await runPrograms(name, counts);
  return counts;
}

/** What `failing.js` must be seen to do: a runner that does not notice a failure is worth nothing. */
const expectedFailures = [
  ['fails > by what it expects', /strictly equal/],
  ['fails > by what it throws', /RangeError: thrown/],
  ['fails > by what it rejects with', /RangeError: rejected/],
  ['fails > in a hook > after it', /RangeError: hook/],
  ['outside of any test', /stray (?:rejection|error)/],
  ['outside of any test', /stray (?:rejection|error)/],
];

/**
 * Runs test files in one place, and counts.
 * @param {string[]} files
 * @param {(job: { place: string, files: string[] }, take: (report: any) => void) => Promise<string>} runThere
 *   resolves, when it has ended or was ended, to what there is to say of that
 */
async function runSet(title, place, files, runThere, counts) {
  const reports = new Map();
  const said = await runThere({ place, files: ['failing.js', ...files] }, (report) => {
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
  else fail(`the runner does not notice what fails:\n${JSON.stringify(reports.get('failing.js'), undefined, 2)}`);

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
  if (!reports.has('end')) fail(`it did not come to its end\n${said}`);
}

function inPage(browser) {
  return async (job, take) => {
    let end;
    const ended = new Promise((resolve) => {
      end = resolve;
    });
    const timer = setTimeout(end, limits.set, 'it took too long');
    const server = await serve(
      job,
      (report) => {
        take(report);
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

const mark = 'report ';

function inProcess(name) {
  return async (job, take) => {
    let other = '';
    const { code, stderr } = await runProgram(name, join(directory, 'process.js'), {
      args: [JSON.stringify(job)],
      limit: limits.set,
      takeLine(line, child) {
        if (!line.startsWith(mark)) {
          other += `${line}\n`;
          return;
        }
        const report = JSON.parse(line.slice(mark.length));
        take(report);
        if (report === 'end') setTimeout(() => child.kill('SIGKILL'), limits.end).unref();
      },
    });
    if (code !== 0) take({ file: 'process.js', ended: code ?? 'not by itself: it was killed' });
    return `${other}${stderr}exit code ${code}`;
  };
}

/** Runs a script in a runtime; code null: it had to be killed. */
async function runProgram(name, path, { args = [], limit, takeLine }) {
  const { command, args: before } = runtimes[name];
  const child = spawn(command, [...before, path, ...args], {
    cwd: packed,
    env: plain,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => takeLine(line, child));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stderr };
}

async function runPrograms(name, counts) {
  const there = await readdir(join(packed, 'programs'));
  for (const { title, file, args = [], lines, code = 0, stderr = /^$/ } of programs) {
    const printed = [];
    const begin = performance.now();
    const ended = there.includes(file)
      ? await runProgram(name, join(packed, 'programs', file), {
          args,
          limit: limits.program,
          takeLine: (line) => printed.push(line),
        })
      : { code: 'none', stderr: `${file} is not there` };
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
