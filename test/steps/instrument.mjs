// The tests of the rewriter, in the newest version of Node: some of the programs use what older ones do not know.
import { runJest } from './support/jest.mjs';
import { at } from './support/paths.mjs';
import { runStep } from './support/report.mjs';

const node = at('test/hosts/node_modules/node26/bin/node');
await runStep(() => runJest(node, 'instrument', ['--config', 'test/instrument/jest.config.js']));
