// A process of its own that serves the demo page: Vite's native parts do not run in Jest's realm.
// The parent sends the headers of the responses and gets the address; the end of the parent is its end.

import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const webDemo = fileURLToPath(new URL('../../web-demo/', import.meta.url));

process.once('message', async ({ headers }) => {
  const server = await createServer({
    root: webDemo,
    configFile: `${webDemo}vite.config.js`,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, watch: null, headers },
  });
  await server.listen();
  process.send({ url: `http://127.0.0.1:${server.httpServer.address().port}/` });
});
process.once('disconnect', () => process.exit());
