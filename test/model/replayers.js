// Replays scripts on the four implementations (the model, the package, the C core, Twisted) and returns their logs.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { restorePerformance, useClock } from '../js/support/fake-performance.js'; // before the package
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { Replay, parse, statusName } from '../js/support/replay.js';
import { createModel } from './model.js';

restorePerformance();

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Adds the errors that were reported at the end, sorted: C reports them in the order in which it frees objects. */
const withFinalReports = (replay, names) => {
  void replay.log; // writes the events of the last command, which stay in their order
  replay.events.push(...names.map((name) => `reported ${name}`).sort());
  return replay.log;
};

export function replayOnModel(script) {
  const model = createModel();
  const replay = new Replay({ ...model, Clock });
  for (const command of parse(script)) replay.run(command);
  return withFinalReports(replay, model.unhandledErrors().map(statusName));
}

/** The errors that the host reported since the last script. @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

export async function replayOnPackage(script) {
  const replay = new Replay({ Cooperator, Deferred, predicates, Clock, useClock });
  const suspends = script.includes(' suspends');
  try {
    for (const command of parse(script)) {
      replay.run(command);
      if (suspends) await replay.settle();
    }
  } finally {
    replay.dispose();
  }
  void replay.log;
  // The host looks for unhandled rejections after the microtasks, and onError is called after that.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const reports = replay.events.splice(0).map((event) => event.replace('reported ', ''));
  return withFinalReports(replay, [...reports, ...unhandled.splice(0).map(statusName)]);
}

/** Splits the output of a program into the logs of its scripts. */
const splitLogs = (output) =>
  output
    .split('\n\n')
    .map((log) => log.trim())
    .filter((log) => log !== '');

/** The programs read scripts, each of which ends with `end`, and print their logs, each followed by an empty line. */
const programs = {
  c: [at('build/native/test/c/replay_scripts')],
  sanitize: [at('build/sanitize/test/c/replay_scripts')],
  'twisted': ['/usr/bin/python3', at('test/model/replay_on_twisted.py')],
  'sync classes of Twisted': ['/usr/bin/python3', at('test/model/replay_sync_on_twisted.py')],
};

/**
 * Replays many scripts in one process.
 * @param {keyof programs} program
 * @param {string[]} scripts
 * @returns {Promise<string[]>} their logs
 */
export function replayAll(program, scripts, args = []) {
  const [command, ...rest] = programs[program];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...rest, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = [];
    child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      const logs = splitLogs(output.join(''));
      if (code === 0 && logs.length === scripts.length) resolve(logs);
      else reject(new Error(`${command} ended with ${code} after ${logs.length} logs of ${scripts.length} scripts`));
    });
    child.stdin.on('error', () => {}); // the process died, which `close` reports
    child.stdin.end(scripts.join(''));
  });
}

/** Replays one script in a process of its own, synchronously. @param {keyof programs} program @param {string} script */
export function replayOne(program, script, args = []) {
  const [command, ...rest] = programs[program];
  const { stdout, status, signal } = spawnSync(command, [...rest, ...args], { input: script, encoding: 'utf8' });
  return status === 0 ? splitLogs(stdout)[0] : `ended with ${status ?? signal}`;
}
