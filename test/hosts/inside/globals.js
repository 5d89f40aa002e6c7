// What Jest has as globals, for hosts that Jest does not run in; esbuild puts it into every test file.
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend, chai } from '@vitest/expect';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const { expect } = chai;
export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from '@vitest/runner';
