// Serves pages on 127.0.0.1, and receives what they post.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const types = { '': 'text/html', '.js': 'text/javascript', '.txt': 'text/plain', '.wasm': 'application/wasm' };

/** A page that runs one script. @param {string} script  its path @param {string} [body]  HTML */
export const html = (script, body = '') => `<!doctype html>
<meta charset="utf-8">
<title>${script}</title>
<link rel="icon" href="data:,">
${body}
<script type="module" src="${script}"></script>
`;

/**
 * @param {Map<string, string | Uint8Array>} files  by path; a path without an extension is HTML
 * @param {object} [options]
 * @param {boolean} [options.isolated]  whether pages are cross-origin isolated, which gives them a finer clock
 * @param {(path: string, body: any) => unknown} [options.onPost]  the page waits until this has resolved
 */
export async function serve(files, { isolated = false, onPost = () => {} } = {}) {
  const posts = new EventEmitter();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    response.setHeader('Cache-Control', 'no-store');
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      const body = text === '' ? undefined : JSON.parse(text);
      try {
        await onPost(pathname, body);
        response.end();
      } catch (error) {
        response.writeHead(500).end(error.message);
      }
      posts.emit(`${pathname} ${searchParams.get('run')}`, body);
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
    /** What the page of this run posts to this path. @returns {Promise<any>} */
    received: async (path, run, signal) => (await once(posts, `${path} ${run}`, { signal }))[0],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
