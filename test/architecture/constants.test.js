// js/core/constants.js is generated from the C headers, and committed: it must not fall behind them.
import { generateConstants } from '../../scripts/constants.mjs';
import { read } from './sources.js';

test('js/core/constants.js has the numbers that the C compiler sees', async () => {
  expect(read('js/core/constants.js')).toBe(await generateConstants());
});
