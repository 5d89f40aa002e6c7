// Serves the demo page: npm start.
import { join } from 'node:path';
import { needs, setup } from './setup.mjs';
import { build } from './build.mjs';
import { root } from './run.mjs';

try {
  await setup(needs.start);
  console.log('Building …');
  await build({ types: false });
  const { createServer } = await import('vite');
  const server = await createServer({
    root: join(root, 'web-demo'),
    server: { host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) },
  });
  await server.listen();
  server.printUrls();
} catch (error) {
  console.error(error.output ?? '');
  console.error(error.message);
  process.exitCode = 1;
}
