// The C mutants of `npm run verify` are patches; this is the quick check that they still fit the sources.
import { applyPatch, readPatches } from '../verify/c-mutants/patches.mjs';
import { at } from './sources.js';

test('there are C mutants', () => {
  expect(readPatches()).not.toHaveLength(0);
});

test.each(readPatches().map((patch) => [patch.fault, patch]))('the C mutant "%s" applies', async (_, patch) => {
  await applyPatch(patch, at('.'), { check: true });
});
