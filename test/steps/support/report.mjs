// How a test step reports to scripts/test.mjs: its last line is `N passed, N failed`, and its exit code is 0 only if
// at least one test ran and none failed. It prints output only if something failed.

/** @typedef {{ passed: number, failed: number, output: string }} Counts */

/** Runs a step. If `body` throws or rejects, that is one failed test. @param {() => Promise<Counts>} body */
export async function runStep(body) {
  const { passed, failed, output } = await Promise.resolve()
    .then(body)
    .catch((error) => ({ passed: 0, failed: 1, output: `${error.output ?? ''}${error.stack}` }));
  const wrong = failed > 0 || passed === 0;
  if (wrong) console.log(output.trimEnd() || 'This step ran no test.');
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = wrong ? 1 : 0;
}

/**
 * Runs checks one after another; each is one test. After a failed check the remaining ones, which may depend on it,
 * are not run and count as failed.
 *
 * @param {Record<string, () => unknown>} checks  by what each asserts; a failed check throws or rejects
 * @returns {Promise<Counts>}
 */
export async function runChecks(checks) {
  const names = Object.keys(checks);
  for (const [index, name] of names.entries()) {
    try {
      await checks[name]();
    } catch (error) {
      const remaining = names.length - index - 1;
      const output = `FAILED: ${name}\n${error.output ?? ''}${error.message}\n`;
      const notRun = remaining > 0 ? `not run after that: ${names.slice(index + 1).join(', ')}\n` : '';
      return { passed: index, failed: 1 + remaining, output: output + notRun };
    }
  }
  return { passed: names.length, failed: 0, output: '' };
}
