// Starts the program of main.c, which the step `program` builds.
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bind } from 'cooperator';

const require = createRequire(import.meta.url);

const directory = process.env.COOPERATOR_PROGRAMS ?? 'build/program';

/** The factory of a program's module. @param {string} level  how it was compiled and linked: 'O0' or 'O3' */
export const factory = (level) =>
  require(fileURLToPath(new URL(`../../${directory}/program_${level}.cjs`, import.meta.url)));

/** Starts a program, which calls its main. Resolves to its exports and its log. @param {string} level */
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

/** Starts and binds a program, and waits until the tasks that main added are done. @param {string} level */
export async function startAndBind(level) {
  const program = await start(level);
  const bound = bind(program.Module);
  while (!program.log.includes('c1 done')) await setImmediate();
  program.log.length = 0;
  return { ...program, ...bound };
}
