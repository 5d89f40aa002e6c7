// The part `coverage` of npm run verify: which lines and branches the tests run, of the library, of its bridge to
// JavaScript and of the package.
//
// In C each line must be run with all its branches, or be marked with the reason why the tests cannot do that: see
// coverage/markers.mjs. In JavaScript a part of the lines and branches must be run.
import { coverageOfCore } from './coverage/core.mjs';
import { coverageOfPackage } from './coverage/package.mjs';
import { coverageOfBridge } from './coverage/bridge.mjs';

/** @returns {Promise<{ figures: string[], wrong: string[] }>} */
export async function coverage() {
  const results = {
    'src/ without src/wasm/': await coverageOfCore(),
    'js/': await coverageOfPackage(),
    'src/wasm/': await coverageOfBridge(), // from what the tests of the package and of programs have counted
  };
  return {
    figures: Object.entries(results).map(
      ([
        folder,
        {
          counts: { lines, linesRun, branches, branchesRun },
        },
      ]) => `${folder}: ${linesRun} of ${lines} lines, ${branchesRun} of ${branches} branches`,
    ),
    wrong: Object.values(results).flatMap(({ wrong }) => wrong),
  };
}
