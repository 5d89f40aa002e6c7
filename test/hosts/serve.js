// Serves the bundles to browsers and receives their reports.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { directory } from './bundle.js';

const page = fileURLToPath(new URL('inside/page.html', import.meta.url));
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/**
 * @param {{ place: string, files: string[] }} job  what the page must run
 * @param {(report: object | 'end') => void} onReport
 * @param {Record<string, () => Promise<unknown>>} actions  what the page can request the browser to do, by path
 */
export async function serve(job, onReport, actions) {
  const respond = async (request, response) => {
    const name = basename(new URL(request.url, 'http://127.0.0.1').pathname);
    if (name === 'job') {
      response.end(JSON.stringify(job));
    } else if (name === 'report') {
      onReport(JSON.parse(await text(request)));
      response.end();
    } else if (Object.hasOwn(actions, name)) {
      await actions[name]();
      response.end();
    } else {
      const content = await readFile(name === 'page.html' ? page : join(directory, name));
      response.setHeader('Content-Type', types[name.split('.').at(-1)]);
      response.end(content);
    }
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error) => {
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
