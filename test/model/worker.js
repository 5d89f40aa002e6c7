// A worker process of compare.js: receives batches and sends back the differences, until the parent disconnects.
import { compareBatch } from './comparisons.js';

process.on('message', async (batch) => process.send(await compareBatch(batch)));
