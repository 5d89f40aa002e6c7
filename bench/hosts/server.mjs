// Serves pages on 127.0.0.1, and receives what they find.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const types = { '': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** @param {string} script  its path @param {string} [body] */
export const html = (script, body = '') => `<!doctype html>
<meta charset="utf-8">
<title>${script}</title>
${body}
<script type="module" src="${script}"></script>
`;

/**
 * @param {Map<string, string | Uint8Array>} files  by their paths; a path without an extension is a page's
 * @param {{ isolated: boolean }} options  cross-origin isolated pages have a finer clock
 */
export async function serve(files, { isolated }) {
  const posts = new EventEmitter();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    response.setHeader('Cache-Control', 'no-store');
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      response.end();
      posts.emit(`${pathname} ${searchParams.get('run')}`, body === '' ? undefined : JSON.parse(body));
    } else if (files.has(pathname)) {
      response.setHeader('Content-Type', types[extname(pathname)]);
      response.end(files.get(pathname));
    } else {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What the page of that run sends to this path. @returns {Promise<any>} */
    received: async (path, run, signal) => (await once(posts, `${path} ${run}`, { signal }))[0],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
