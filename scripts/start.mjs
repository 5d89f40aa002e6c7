// Builds the package and serves the demo page on 127.0.0.1: npm start. PORT sets another port than 8080.
import { join } from 'node:path';
import { build } from './build.mjs';
import { main } from './main.mjs';
import { root } from './run.mjs';
import { needs, setup } from './setup.mjs';

await main(import.meta, async () => {
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
});
