// Serves a directory to browsers, on 127.0.0.1.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * @param {string} directory
 * @param {Record<string, string>} [headers]  added to every response
 * @param {(value: any) => void} [onReport]  called with what a page has reported: the JSON in the query of /report
 */
export async function serve(directory, headers = {}, onReport = () => {}) {
  const server = createServer(async (request, response) => {
    try {
      const { pathname, search } = new URL(request.url, 'http://127.0.0.1');
      if (pathname === '/report') {
        onReport(JSON.parse(decodeURIComponent(search.slice(1))));
        response.end();
        return;
      }
      // An absolute path, once normalized, cannot lead out of the directory.
      const path = normalize(decodeURIComponent(pathname));
      const content = await readFile(join(directory, path));
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, ...headers }).end(content);
    } catch (error) {
      response.writeHead(404).end(error.code);
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
