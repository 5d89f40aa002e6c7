// The part `model`: random scripts on the reference model, the package, the C core and Twisted.
import { checkDifferences, compareAll } from '../../test/model/compare.js';

/** @param {import('../verify.mjs').Options} options */
export async function compareWithModel({ minutes, seed, scripts }) {
  const { checked, wrong } = await checkDifferences();
  const began = performance.now();
  const compared = await compareAll({ scripts, minutes: scripts === undefined ? minutes : undefined, seed });
  const seconds = (performance.now() - began) / 1000;
  const counts = Object.entries(compared.scripts);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const kinds = counts.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return {
    figures: [
      `${total} scripts (${kinds}), ${Math.round(total / seconds)} a second; ` +
        `${checked} replays of the differences from Twisted`,
    ],
    wrong: [...wrong, ...compared.shown],
  };
}
