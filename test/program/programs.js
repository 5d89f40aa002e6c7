// Starts what main.c was built to; the step `program` of scripts/test.mjs builds it.
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bind } from 'cooperator';

const require = createRequire(import.meta.url);

const directory = process.env.COOPERATOR_PROGRAMS ?? 'build/program';

/** What makes programs of those that were compiled and linked with -O0, say. */
export const factory = (level) =>
  require(fileURLToPath(new URL(`../../${directory}/program_${level}.cjs`, import.meta.url)));

/** One whose main has been called, with what it exports, and its log. */
export async function start(level) {
  const log = [];
  const Module = await factory(level)({ log });
  const {
    _coop_profile: profile,
    cooperator: { memory },
  } = Module; // test/verify/coverage.mjs
  if (profile !== undefined) (globalThis.countedCores ??= []).push(() => ({ profile, memory }));
  return { ...Module, Module, log };
}

/** One that is bound, and whose tasks of main are done. */
export async function startAndBind(level) {
  const program = await start(level);
  const bound = bind(program.Module);
  while (!program.log.includes('c1 done')) await setImmediate();
  program.log.length = 0;
  return { ...program, ...bound };
}
