// A process of compare.js: gets batches, answers with the differences, ends when it is let go.
import { compareBatch } from './kinds.js';

process.on('message', async (batch) => process.send(await compareBatch(batch)));
