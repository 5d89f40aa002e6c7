// Calls the exported functions of cores at random, with stale and forged handles: nothing may trap.
import { misuseCore, openPackageCore, programOpener } from '../verify/bridge.mjs';
import { runChecks, runStep } from './support/report.mjs';

function misuse(open) {
  for (let seed = 1; seed <= 200; seed++) misuseCore(seed, 1000, open);
}

await runStep(() =>
  runChecks({
    "the package's core withstands 200 sequences of calls": () => misuse(openPackageCore),
    "so does a C program's core, built with -O0": async () => misuse(await programOpener('O0')),
    "so does a C program's core, built with -O3": async () => misuse(await programOpener('O3')),
  }),
);
