// Bundles the page and each contender by itself, and serves them on 127.0.0.1.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

const html = (script) => `<!doctype html>
<meta charset="utf-8">
<title>Responsiveness</title>
<style>
  body { margin: 0; min-height: 100vh; font: 16px sans-serif }
  #bar { width: 100px; height: 100px; background: seagreen }
</style>
<div id="bar"></div>
<p id="number"></p>
<script type="module" src="${script}"></script>
`;

/** What cannot be bundled gives the reason in place of the script. @returns {Promise<string | Error>} */
async function bundle(path) {
  const { build } = await import('esbuild');
  try {
    const { outputFiles: [{ text }] } = await build({
      absWorkingDir: root,
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      // The package as it is published.
      alias: { cooperator: join(root, 'dist/index.js') },
      define: { 'process.env.NODE_ENV': '"production"' },
      external: ['/contenders/*'],
      logLevel: 'silent',
    });
    return text;
  } catch (error) {
    return new Error(`cannot be bundled: ${error.errors?.[0]?.text ?? error.message}`);
  }
}

/**
 * @param {string[]} names  of contenders
 * @param {{ isolated: boolean }} options
 */
export async function serve(names, { isolated }) {
  const scripts = new Map();
  for (const name of names) {
    scripts.set(`/contenders/${name}.js`, await bundle(`bench/responsiveness/contenders/${name}.js`));
  }
  for (const name of ['page', 'hops-page', 'hops-worker', 'messages']) {
    const script = await bundle(`bench/responsiveness/${name}.js`);
    if (script instanceof Error) throw script;
    scripts.set(`/${name}.js`, script);
  }
  const failures = new Map(names.map((name) => [name, scripts.get(`/contenders/${name}.js`)])
    .filter(([, script]) => script instanceof Error));

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
    } else if (pathname === '/' || pathname === '/hops') {
      response.setHeader('Content-Type', 'text/html');
      response.end(html(pathname === '/' ? '/page.js' : '/hops-page.js'));
    } else if (typeof scripts.get(pathname) === 'string') {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(scripts.get(pathname));
    } else {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Contenders that cannot be bundled, with the reason. @type {Map<string, Error>} */
    failures,
    /** What the page of that run sends to this path. @returns {Promise<any>} */
    received: async (path, run, signal) => (await once(posts, `${path} ${run}`, { signal }))[0],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
