// Replaces the globals of Jest. esbuild injects this module into every test file.
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend, chai } from '@vitest/expect';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const { expect } = chai;
export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from '@vitest/runner';
