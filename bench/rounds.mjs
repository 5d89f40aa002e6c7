// Runs benchmarks on a host, round by round.
import { join } from 'node:path';
import { root, run } from '../scripts/run.mjs';
import { benchmarks } from './benchmarks/index.mjs';
import { Results } from './report/results.mjs';

const TIMEOUT_MS = 60_000;

/** Debian's Python, which is the one that finds Debian's Twisted; PATH may name another one. */
const python = process.env.PYTHON ?? '/usr/bin/python3';

/**
 * Measures all parts in each round, so that a slow phase of the machine affects them alike. Each round starts with
 * another part.
 *
 * @param {import('./hosts/node.mjs').Host} host
 * @param {object} options
 * @param {string[]} options.names  of the benchmarks
 * @param {string[]} [options.parts]  only these parts
 * @param {number} options.rounds
 * @param {boolean} options.quick
 * @param {string} options.dist  of the package
 * @param {(text: string) => void} options.onProgress
 */
export async function measureRounds(host, { names, parts, rounds, quick, dist, onProgress }) {
  const results = new Results();
  const all = names.flatMap((benchmark) =>
    benchmarks[benchmark]
      .parts(host.platform, quick)
      .filter((part) => parts?.includes(part) ?? true)
      .map((part) => ({ benchmark, part })),
  );
  if (all.length === 0) throw new Error(`no benchmark has the part ${parts}`);
  for (let round = 0; round < rounds; round++) {
    const first = Math.floor((round * all.length) / rounds);
    for (const { benchmark, part } of [...all.slice(first), ...all.slice(0, first)]) {
      const { maxRounds = Infinity, repeats = 1 } = benchmarks[benchmark];
      for (let left = repeats; left > 0; left--) {
        if (round >= maxRounds || results.error(benchmark, part) !== undefined) break;
        onProgress(`round ${round + 1} of ${rounds}: ${benchmark}, ${part} `);
        results.add(benchmark, part, await measureOnce(host, { benchmark, part, round, quick }, dist));
      }
    }
  }
  return results;
}

/**
 * @param {import('./hosts/node.mjs').Host} host
 * @param {import('./hosts/run-job.js').Job} job
 * @param {string} dist  of the package
 * @returns {Promise<Record<string, any>>}  the figures, or an object with `error`
 */
export async function measureOnce(host, job, dist) {
  const { inThisProcess = false, command, inWorker, timeoutMs = TIMEOUT_MS } = benchmarks[job.benchmark];
  if (inThisProcess) {
    const { measure } = await import(`./benchmarks/${job.benchmark}.js`);
    return measure(job.part, { ...job, dist });
  }
  const scriptAndArguments = command?.(job.part);
  if (scriptAndArguments === undefined) {
    return host.run({ ...job, inWorker: inWorker?.(job.part) ?? false }, timeoutMs);
  }
  const [script, ...rest] = scriptAndArguments;
  return run(python, [join(root, 'bench', script), ...rest]).then(JSON.parse, (error) => ({
    error: `${error.message}\n${error.output}`,
  }));
}
