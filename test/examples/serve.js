// A process of its own that serves the examples' pages: Vite's native parts do not run in Jest's realm. The end of the
// parent is its end.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const configFile = fileURLToPath(new URL('../../examples/vite.config.js', import.meta.url));

const server = await createServer({ configFile, logLevel: 'warn', server: { port: 0, watch: null } });
await server.listen();
process.once('disconnect', () => process.exit());
process.send(`http://127.0.0.1:${server.httpServer.address().port}/`);
