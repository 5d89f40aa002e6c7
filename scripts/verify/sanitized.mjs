// The part `sanitized`: random scripts on the C core under AddressSanitizer and UndefinedBehaviorSanitizer, each
// repeated with its first, second, third, ... allocation failing.
import { generate } from '../../test/model/generate.js';
import { replayAll, replayOnModel } from '../../test/model/replayers.js';

const BATCH = 500;
const MOST_FAILURES = 5;

/** @param {import('../verify.mjs').Options} options */
export async function replaySanitized({ minutes, seed }) {
  const end = performance.now() + minutes * 60_000;
  const wrong = [];
  let next = seed;
  while (performance.now() < end && wrong.length < MOST_FAILURES) {
    const scripts = Array.from({ length: BATCH }, (_, index) => generate(next + index));
    const logs = await replayAll('sanitize', scripts, ['--fail-allocations']);
    for (const [index, log] of logs.entries()) {
      if (log !== replayOnModel(scripts[index])) wrong.push(`seed ${next + index}`);
    }
    next += BATCH;
  }
  return { figures: [`${next - seed} scripts, each with every allocation failing in turn`], wrong };
}
