// Writes a CSV file of readings of weather stations, the same in each run: node make.js <file> [rows]
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const stations = ['Berlin', 'Dakar', 'Lima', 'Oslo, Blindern', 'Pune', 'Quito', 'Riga', 'Suva "Nausori"'];

function* lines(rows) {
  yield 'station,day,celsius\n';
  for (let row = 0; row < rows; row += 1000) {
    let text = '';
    for (let at = row; at < Math.min(row + 1000, rows); at++) {
      const station = stations[at % stations.length].replaceAll('"', '""');
      text += `"${station}",${Math.floor(at / stations.length)},${((at * 7919) % 600) / 10 - 20}\n`;
    }
    yield text;
  }
}

const [file, rows = '1000000'] = process.argv.slice(2);
if (file === undefined || !/^\d+$/.test(rows)) throw new Error('usage: node make.js <file> [rows]');
await pipeline(Readable.from(lines(Number(rows))), createWriteStream(file));
