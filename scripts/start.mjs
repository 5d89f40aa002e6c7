// Builds the package and the demo page, and serves the built page on 127.0.0.1: npm start. PORT sets another port than
// 8080. With --dev, Vite serves the sources instead, and reloads the page when they change.
import { join } from 'node:path';
import { build } from './build.mjs';
import { main } from './main.mjs';
import { root } from './run.mjs';
import { needs, setup } from './setup.mjs';

await main(import.meta, async () => {
  await setup(needs.start);
  console.log('Building …');
  await build({ types: false });
  const vite = await import('vite');
  const page = { root: join(root, 'web-demo') };
  const address = { host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) };
  if (process.argv.includes('--dev')) {
    const server = await vite.createServer({ ...page, server: address });
    await server.listen();
    server.printUrls();
    return;
  }
  await vite.build({ ...page, logLevel: 'warn' });
  const server = await vite.preview({ ...page, preview: address });
  server.printUrls();
});
