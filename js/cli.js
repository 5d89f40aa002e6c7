#!/usr/bin/env node
// The command `cooperator`: npx cooperator instrument in.wasm -o out.wasm

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { instrumentWithStatistics } from './preemptible.js';

const USAGE = `Usage: cooperator instrument <in.wasm> -o <out.wasm> [--stats]

Makes a WebAssembly module interruptible, for cooperator/preemptible.

  -o, --output  the file to write
  --stats       prints what was found and changed`;

/** An error of the user's: the message suffices. */
class UsageError extends Error {}

/** @param {string[]} args */
async function main(args) {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [command, input, ...rest] = positionals;
  if (command !== 'instrument' || input === undefined || rest.length > 0 || values.output === undefined) {
    throw new UsageError(USAGE);
  }
  const wasm = await readFile(input);
  const began = performance.now();
  const { instrumented, bytes, statistics } = instrumentWithStatistics(wasm);
  const ms = performance.now() - began;
  if (instrumented) throw new UsageError(`${input} was instrumented before`);
  await writeFile(values.output, bytes);
  if (values.stats) print(wasm.length, bytes.length, ms, statistics);
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        output: { type: 'string', short: 'o' },
        stats: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${/** @type {Error} */ (error).message}\n\n${USAGE}`);
  }
}

/**
 * @param {number} before @param {number} after  bytes
 * @param {number} ms
 * @param {Record<string, number>} statistics
 */
function print(before, after, ms, statistics) {
  const lines = {
    'bytes before': before,
    'bytes after': `${after} (+${((after / before - 1) * 100).toFixed(1)} %)`,
    'milliseconds': ms.toFixed(0),
    'functions': statistics.functions,
    'loops': statistics.loops,
    'loops that count in a local variable': statistics.localChecks,
    'loops that count in the global': statistics.globalChecks,
    'loops without a check, because they are short': statistics.shortLoops,
    'functions with a check at their start': statistics.entryChecks,
    'indirect calls with a check': statistics.callChecks,
    'globals that can be restored': statistics.savedGlobals,
    'globals that cannot': statistics.unsavedGlobals,
  };
  const width = Math.max(...Object.keys(lines).map((name) => name.length));
  for (const [name, value] of Object.entries(lines)) console.log(`${name.padEnd(width)}  ${value}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { name, code, message } = /** @type {any} */ (error);
  if (!(error instanceof UsageError) && name !== 'InvalidModule' && code === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}
