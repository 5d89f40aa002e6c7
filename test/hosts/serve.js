// Serves the bundles to browsers, and takes the reports of what ran in them.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { directory } from './bundle.js';

const page = fileURLToPath(new URL('inside/page.html', import.meta.url));
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/**
 * @param {{ place: string, files: string[] }} job  what a page asks for
 * @param {(report: object | 'end') => void} take
 * @param {Record<string, () => Promise<unknown>>} orders  what a page can have done to it
 */
export async function serve(job, take, orders) {
  const answer = async (request, response) => {
    const name = basename(new URL(request.url, 'http://127.0.0.1').pathname);
    if (name === 'job') {
      response.end(JSON.stringify(job));
    } else if (name === 'report') {
      take(JSON.parse(await text(request)));
      response.end();
    } else if (Object.hasOwn(orders, name)) {
      await orders[name]();
      response.end();
    } else {
      const content = await readFile(name === 'page.html' ? page : join(directory, name));
      response.setHeader('Content-Type', types[name.split('.').at(-1)]);
      response.end(content);
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.statusCode = 404;
      response.end(error.message);
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/page.html`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
