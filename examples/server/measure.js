// Measures the latency of a server that computes meanwhile, in one piece and in turns: node measure.js
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const serverScript = fileURLToPath(new URL('server.js', import.meta.url));

/** Fifty requests per second. autocannon counts their latency from the time at which they were due. */
const load = (url) => autocannon({ url, connections: 5, overallRate: 50, amount: 10_000, timeout: 60 });

function row(title, cells, rest = '') {
  console.log(`${title.padEnd(14)}${cells.map((cell) => String(cell).padStart(10)).join('')}${rest}`);
}

async function measure(kind) {
  const server = spawn(process.execPath, [serverScript, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise((resolve, reject) => {
      createInterface(server.stdout).once('line', resolve);
      server.once('exit', (code) => reject(new Error(`the server exited with code ${code}`)));
    });
    const loading = load(url);
    const report = await (await fetch(`${url}report`)).json();
    loading.stop();
    const { latency, requests } = await loading;
    row(kind, [requests.total, latency.p50, latency.p97_5, latency.p99, latency.max], `  ${JSON.stringify(report)}`);
  } finally {
    server.kill();
  }
}

row('latency in ms', ['requests', 'p50', 'p97.5', 'p99', 'max']);
await measure('in-one-piece');
await measure('in-turns');
