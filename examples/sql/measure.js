// Measures the latency of a server that runs its users' SQL meanwhile: node measure.js
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const serverScript = fileURLToPath(new URL('server.js', import.meta.url));

const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n';
const SLOW = `${numbers} WHERE i < 300000) SELECT sum(i) FROM n`;
const ENDLESS = `${numbers}) SELECT sum(i) FROM n`;

/** Fifty requests per second. autocannon counts their latency from the time at which they were due. */
const load = (url) => autocannon({ url, connections: 5, overallRate: 50, amount: 10_000, timeout: 60 });

const post = (url, body, options) =>
  fetch(url, { method: 'POST', body, ...options }).then((response) => response.json());

/** What the queries of three users come to. */
const queries = {
  'a slow query': (url) => post(url, SLOW),
  'an endless query': (url) => post(url, ENDLESS),
  async 'an endless query, whose user leaves'(url) {
    await post(url, ENDLESS, { signal: AbortSignal.timeout(300) }).catch(() => {});
    for (let left = 100; left > 0; left--) {
      const { stopped } = await (await fetch(url)).json();
      if (stopped > 0) return { stopped };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { stopped: 0 };
  },
  'another query': (url) => post(url, 'SELECT page, count(*) FROM visits GROUP BY page'),
};

async function measure(kind, names) {
  const server = spawn(process.execPath, [serverScript, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise((resolve, reject) => {
      createInterface(server.stdout).once('line', resolve);
      server.once('exit', (code) => reject(new Error(`the server exited with code ${code}`)));
    });
    console.log(`\n${kind}`);
    for (const name of names) {
      const loading = load(url);
      const began = performance.now();
      const result = JSON.stringify(await queries[name](url));
      const ms = Math.round(performance.now() - began);
      loading.stop();
      const { latency, requests } = await loading;
      console.log(`  ${name}: ${result} after ${ms} ms`);
      console.log(
        `    ${requests.total} other requests, latency in ms: p50 ${latency.p50}, p99 ${latency.p99}, max ${latency.max}`,
      );
    }
  } finally {
    server.kill();
  }
}

await measure('in-one-piece', ['a slow query', 'another query']); // an endless one would end the server
await measure('as-a-task', Object.keys(queries));
