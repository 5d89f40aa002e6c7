// What browsers leave to a page that is out of sight: node bench/hidden.mjs [seconds] [browser ...]
// Prints, per browser and scheduler, slices a second and the work done over what a loop without a break does, in sight
// and out of sight. Needs dist/.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { launch } from '../test/hosts/browsers.js';

const [seconds = '5', ...names] = process.argv.slice(2);
if (!(Number(seconds) > 0)) throw new Error(`seconds must be a number above 0, not ${seconds}`);
const page = `<!doctype html><meta charset="utf-8"><title>hidden</title><link rel="icon" href="data:,">
<script type="module">
import { Cooperator, schedulers } from './index.js';
const order = (what, body) => fetch(what, { method: 'POST', body });
function turn() {
  const until = performance.now() + 0.05;
  let n = 0;
  do for (let i = 0; i < 200; i++) n++; while (performance.now() < until);
  return n;
}
function alone(ms) {
  const begin = performance.now();
  let n = 0;
  while (performance.now() - begin < ms) n += turn();
  return n / (performance.now() - begin);
}
async function phase(name, scheduler) {
  const bare = alone(300);
  let n = 0;
  const cooperator = new Cooperator({ scheduler });
  const begin = performance.now();
  let longest = 0;
  let last = begin;
  await cooperator.cooperate(function* () {
    for (let now = begin; now - begin < ${Number(seconds) * 1000}; now = performance.now()) {
      longest = Math.max(longest, now - last);
      n += turn();
      last = performance.now();
      yield;
    }
  }).whenDone();
  const ms = performance.now() - begin;
  const bareToo = (bare + alone(300)) / 2;
  const { slices, longestSliceMs } = cooperator.stats();
  const per = (slices / ms * 1000).toFixed(1);
  return name + ': ' + per + ' slices/s, goodput ' + (n / ms / bareToo).toFixed(2) + ', longest break '
    + longest.toFixed(0) + ' ms, longest slice ' + longestSliceMs.toFixed(0) + ' ms';
}
for (const name of ['auto', 'message', 'postTask', 'timeout', 'animationFrame', 'idle']) {
  let scheduler;
  try { scheduler = schedulers[name](); } catch { continue; }
  const lines = [await phase('visible', scheduler)];
  await order('hide');
  lines.push(await phase(document.hidden ? 'hidden' : 'NOT HIDDEN', scheduler));
  await order('show');
  await order('report', name + '\\n  ' + lines.join('\\n  '));
}
await order('end');
</script>`;

for (const name of names.length === 0 ? Object.keys(launch) : names) {
  const browser = await launch[name]();
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const orders = {
    '/': async (request, response) => response.setHeader('Content-Type', 'text/html').end(page),
    '/index.js': async (request, response) =>
      response
        .setHeader('Content-Type', 'text/javascript')
        .end(await readFile(new URL('../dist/index.js', import.meta.url))),
    '/hide': async (request, response) => {
      await browser.hide();
      response.end();
    },
    '/show': async (request, response) => {
      await browser.show();
      response.end();
    },
    '/report': async (request, response) => {
      console.log(`${name} ${await text(request)}`);
      response.end();
    },
    '/end': async (request, response) => {
      response.end();
      end();
    },
  };
  const server = createServer((request, response) => {
    orders[request.url](request, response).catch((error) => response.writeHead(500).end(error.message));
  });
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    console.log(await browser.version());
    await browser.open(`http://127.0.0.1:${server.address().port}/`);
    await ended;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
