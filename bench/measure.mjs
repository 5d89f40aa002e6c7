// Measures subjects in a host, round after round.
import { join } from 'node:path';
import { root, run } from '../scripts/run.mjs';
import { Figures } from './report/figures.mjs';
import { subjects } from './subjects/index.mjs';

const PATIENCE_MS = 60_000;

/** Debian's, which has Debian's Twisted; another one may stand first in PATH. */
export const python = process.env.PYTHON ?? '/usr/bin/python3';

/**
 * All parts in each round, so that what slows the machine for a while slows all alike; each round begins with another.
 *
 * @param {{ platform: 'node' | 'browser', run: Function }} host
 * @param {{ names: string[], rounds: number, quick: boolean, dist: string, tell(what: string): void }} options
 */
export async function measureIn(host, { names, rounds, quick, dist, tell }) {
  const figures = new Figures();
  const partsOf = (subject) => subjects[subject].parts(host.platform, quick);
  const all = names.flatMap((subject) => partsOf(subject).map((part) => ({ subject, part })));
  for (let round = 0; round < rounds; round++) {
    const first = Math.floor((round * all.length) / rounds);
    for (const { subject, part } of [...all.slice(first), ...all.slice(0, first)]) {
      const { rounds: enough = Infinity, times = 1 } = subjects[subject];
      if (round >= enough || figures.error(subject, part) !== undefined) continue;
      tell(`round ${round + 1} of ${rounds}: ${subject}, ${part}`);
      for (let time = 0; time < times; time++) {
        figures.add(subject, part, await once(host, { subject, part, round, quick }, dist));
      }
    }
  }
  return figures;
}

/** @param {import('./hosts/inside.js').Job} job */
export async function once(host, job, dist) {
  const { outside = false, program, inWorker, measure } = subjects[job.subject];
  if (outside) return measure(job.part, { ...job, dist });
  const command = program?.(job.part);
  if (command === undefined) return host.run({ ...job, worker: inWorker?.(job.part) ?? false }, PATIENCE_MS);
  const [script, ...rest] = command;
  return run(python, [join(root, 'bench', script), ...rest]).then(JSON.parse, (error) => ({
    error: `${error.message}\n${error.output}`,
  }));
}
