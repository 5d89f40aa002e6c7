// The four that a script is replayed on: the model, the package, the C core, and Twisted. Each gives the log of a
// script.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Cooperator, Deferred, predicates } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { Replay, parse, wordOf } from '../js/support/replay.js';
import { createModel } from './model.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Adds what is reported after the last command: in no order, for C tells it as things are freed. */
const withReports = (replay, words) => {
  void replay.log;
  replay.events.push(...words.map((word) => `reported ${word}`).sort());
  return replay.log;
};

export function replayOnModel(script) {
  const model = createModel();
  const replay = new Replay({ ...model, Clock });
  for (const command of parse(script)) replay.command(command);
  return withReports(replay, model.lost().map(wordOf));
}

/** What the host has reported since it was last asked. @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

export async function replayOnPackage(script) {
  const replay = new Replay({ Cooperator, Deferred, predicates, Clock });
  try {
    for (const command of parse(script)) replay.command(command);
  } finally {
    replay.dispose();
  }
  void replay.log; // the events of the last command, which come in an order
  // the host looks for rejections after the microtasks, and onError is told after that
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const reports = replay.events.splice(0).map((event) => event.replace('reported ', ''));
  return withReports(replay, [...reports, ...unhandled.splice(0).map(wordOf)]);
}

/** Splits what a program has printed of many scripts. */
const logsOf = (output) =>
  output
    .split('\n\n')
    .map((log) => log.trim())
    .filter((log) => log !== '');

/** A program that reads scripts, each ending with `end`, and prints their logs, each followed by an empty line. */
const programs = {
  c: [at('build/native/test/c/replay_scripts')],
  sanitize: [at('build/sanitize/test/c/replay_scripts')],
  twisted: ['/usr/bin/python3', at('test/model/replay_on_twisted.py')],
};

/**
 * @param {keyof programs} side
 * @param {string[]} scripts
 * @returns {Promise<string[]>} their logs
 */
export function replayAll(side, scripts, args = []) {
  const [command, ...rest] = programs[side];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...rest, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = [];
    child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      const logs = logsOf(output.join(''));
      if (code === 0 && logs.length === scripts.length) resolve(logs);
      else reject(new Error(`${command} ended with ${code} after ${logs.length} logs of ${scripts.length} scripts`));
    });
    child.stdin.on('error', () => {}); // it has died, which `close` tells
    child.stdin.end(scripts.join(''));
  });
}

/** @param {keyof programs} side @param {string} script */
export function replayOne(side, script, args = []) {
  const [command, ...rest] = programs[side];
  const { stdout, status, signal } = spawnSync(command, [...rest, ...args], { input: script, encoding: 'utf8' });
  return status === 0 ? logsOf(stdout)[0] : `ended with ${status ?? signal}`;
}
