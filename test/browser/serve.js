// Serves the built demo page like any web server, from a path below the root, and records errors for the tests.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../web-demo/dist/', import.meta.url));
const BASE = '/some/path/';
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Runs before everything else in the page: WebDriver cannot read the console of every browser. */
const RECORD_PROBLEMS = `<script>
  globalThis.problems = [];
  addEventListener('error', ({ message, filename }) => problems.push('uncaught: ' + message + ' ' + filename));
  addEventListener('unhandledrejection', ({ reason }) => problems.push('unhandled: ' + reason));
  for (const kind of ['error', 'warn']) console[kind] = (...texts) => problems.push(kind + ': ' + texts.join(' '));
</script>`;

/** @param {Record<string, string>} [headers]  sent with every response */
export async function serve(headers = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = pathname === BASE ? 'index.html' : pathname.slice(BASE.length);
    try {
      if (!pathname.startsWith(BASE) || name.includes('..')) throw new Error('outside of the page');
      let body = await readFile(`${dist}${name}`);
      if (name === 'index.html' && headers['Content-Security-Policy'] === undefined) {
        body = String(body).replace('<head>', `<head>${RECORD_PROBLEMS}`);
      }
      response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', ...headers });
      response.end(body);
    } catch {
      response.writeHead(404, headers);
      response.end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}${BASE}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
