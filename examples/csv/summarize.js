// Prints the extremes, the median and the mean for each station in a CSV file, with a progress bar. Ctrl-C stops it
// cleanly: node summarize.js <file>
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { TaskStopped, cooperate } from 'cooperator';
import { forEach, reduce, sort } from 'cooperator/work';
import { parse } from 'csv-parse';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node summarize.js <file>');
const { size } = await stat(file);

/** Waits until the parser has rows, and returns them all. Returns an empty array at the end of the file. */
async function nextRows(parser) {
  while (!parser.readableEnded) {
    const rows = [];
    for (let row = parser.read(); row !== null; row = parser.read()) rows.push(row);
    if (rows.length > 0) return rows;
    const listening = new AbortController(); // removes the listener of the event that did not occur
    await Promise.race(['readable', 'end'].map((event) => once(parser, event, listening)));
    listening.abort();
  }
  return [];
}

function* summarize({ progress }) {
  const input = createReadStream(file);
  const parser = input.pipe(parse({ columns: true }));
  input.on('error', (error) => parser.destroy(error));
  const stations = new Map();
  try {
    for (let rows = yield nextRows(parser); rows.length > 0; rows = yield nextRows(parser)) {
      yield* forEach(rows, ({ station, celsius }) => {
        if (!stations.has(station)) stations.set(station, []);
        stations.get(station).push(Number(celsius));
      });
      progress(input.bytesRead, size);
    }
  } finally {
    input.destroy(); // also when the task is stopped
    parser.destroy();
  }
  const table = [];
  for (const [station, values] of yield* sort(stations, ([a], [b]) => a.localeCompare(b))) {
    const sorted = yield* sort(values, (a, b) => a - b);
    const total = yield* reduce(sorted, (sum, value) => sum + value, 0);
    const [minimum, median, maximum] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
    table.push({ station, rows: sorted.length, minimum, median, maximum, mean: total / sorted.length });
  }
  return table;
}

const bar = new SingleBar({
  format: '{bar} {percentage} % of {total} bytes, {eta_formatted} left',
  noTTYOutput: true, // prints lines if there is no terminal
  notTTYSchedule: 100,
});
const task = cooperate(summarize, { onProgress: ({ done }) => bar.update(done) });
process.once('SIGINT', () => task.stop());
bar.start(size, 0);
try {
  const table = await task.whenDone();
  bar.stop();
  console.table(
    table.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'number' ? Math.round(value * 100) / 100 : value,
        ]),
      ),
    ),
  );
} catch (error) {
  bar.stop();
  if (!(error instanceof TaskStopped)) throw error;
  console.error('Stopped; nothing was left open.');
  process.exitCode = 130; // the shell's convention for a program ended by Ctrl-C
}
