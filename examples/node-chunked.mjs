// A server that answers while it computes: node examples/node-chunked.mjs
//
// An HTTP server on loopback gets requests at a fixed rate, from a thread of its own so that the server's work
// cannot slow the clock that it is measured by. The latencies are taken three times: with the server idle,
// while it computes in one piece, and while it does the same computation as tasks.

import { createServer, Agent, get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import { Cooperator, predicates } from 'cooperator';

const REQUESTS_PER_SECOND = 100;
const IDLE_MS = 1500;
const SLICE_MS = 2;                 // a request waits for the slice that is going on: shorter than the default
const TASKS = 4;
const LIMIT = 1e7;
const PRIMES_BELOW_LIMIT = 664579;
const NUMBERS_PER_TURN = 100;       // some hundredths of a millisecond

if (process.argv.length > 2) {
  console.error('This example takes no arguments: node examples/node-chunked.mjs');
  process.exit(2);
}
if (isMainThread) await serveAndMeasure();
else sendRequests(workerData.url);

// The computation: deliberately by trial division, so that there is something to do.

function isPrime(n) {
  if (n < 2) return false;
  if (n % 2 === 0) return n === 2;
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) {
    if (n % divisor === 0) return false;
  }
  return true;
}

function* countPrimes(from, to) {
  let count = 0;
  for (let n = from; n < to; n++) {
    if (isPrime(n)) count++;
    if (n % NUMBERS_PER_TURN === 0) yield;
  }
  return count;
}

function parts() {
  const size = LIMIT / TASKS;
  return Array.from({ length: TASKS }, (_, part) => countPrimes(part * size, (part + 1) * size));
}

function inOnePiece() {
  let total = 0;
  for (const part of parts()) {
    let step;
    do step = part.next(); while (!step.done);
    total += step.value;
  }
  return total;
}

async function asTasks() {
  const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
  const counts = await Promise.all(parts().map((part) => cooperator.cooperate(part).whenDone()));
  cooperator.dispose();
  return counts.reduce((sum, count) => sum + count, 0);
}

// The server's thread.

async function serveAndMeasure() {
  const server = createServer((request, response) => response.end('here'));
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const client = new Worker(new URL(import.meta.url), {
    workerData: { url: `http://127.0.0.1:${server.address().port}/` },
  });
  const failed = new Promise((resolve, reject) => client.once('error', reject));
  const reply = () => Promise.race([new Promise((resolve) => client.once('message', resolve)), failed]);

  async function measure(name, work) {
    client.postMessage('start');
    await reply();
    const begin = performance.now();
    const count = await work();
    const seconds = (performance.now() - begin) / 1000;
    client.postMessage('finish');
    const latencies = await reply();
    if (count !== undefined && count !== PRIMES_BELOW_LIMIT) {
      throw new Error(`${name}: counted ${count} primes, where ${PRIMES_BELOW_LIMIT} would be right`);
    }
    printRow(name, latencies, count === undefined ? '' : `${seconds.toFixed(2)} s`);
  }

  console.log(`Counting the primes below ${LIMIT.toLocaleString('en')}, with ${REQUESTS_PER_SECOND} requests a second.\n`);
  console.log(['latency'.padEnd(28), ...['requests', 'p50', 'p99', 'max', 'computed in'].map(column)].join(''));
  try {
    await measure('idle', async () => { await delay(IDLE_MS); });
    await measure('computing in one piece', inOnePiece);
    await measure(`as ${TASKS} tasks, ${SLICE_MS} ms slices`, asTasks);
  } finally {
    await client.terminate();
    server.close();
    server.closeAllConnections();
  }
}

function column(text) {
  return text.padStart(12);
}

function printRow(name, latencies, computedIn) {
  const sorted = latencies.toSorted((a, b) => a - b);
  const percentile = (p) => `${sorted[Math.ceil(p / 100 * sorted.length) - 1].toFixed(1)} ms`;
  console.log([
    name.padEnd(28),
    ...[String(sorted.length), percentile(50), percentile(99), percentile(100), computedIn].map(column),
  ].join(''));
}

// The client's thread. It counts a request's latency from the moment at which it was due, not from when it could
// be sent: a server that hangs must not make its clients look patient.

function sendRequests(url) {
  const agent = new Agent({ keepAlive: true });
  let timer, pending;

  parentPort.on('message', async (message) => {
    if (message === 'start') {
      const begin = performance.now();
      pending = [];
      timer = setInterval(() => {
        const due = () => begin + pending.length * 1000 / REQUESTS_PER_SECOND;
        while (due() <= performance.now()) pending.push(latency(due()));
      }, 1);
      parentPort.postMessage('started');
    } else {
      clearInterval(timer);
      // A failed request ends the thread, and with it the example.
      parentPort.postMessage(await Promise.all(pending));
    }
  });

  const latency = (due) => new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`));
      response.resume();
      response.on('end', () => resolve(performance.now() - due));
    }).on('error', reject);
  });
}
