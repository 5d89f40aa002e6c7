import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { generateText } from './generate-text.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const packageEntry = path('../dist/index.js');

if (!existsSync(packageEntry)) throw new Error('the package is not built: run "npm run build" first');

/** Serves text.txt, and puts it into the built page. */
const generatedText = {
  name: 'generated-text',
  configureServer(server) {
    server.middlewares.use('/text.txt', (request, response) => {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.end(generateText());
    });
  },
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'text.txt', source: generateText() });
  },
};

export default defineConfig({
  root: path('.'),
  base: './',
  // No page stands in for a file that is missing: it shall be a 404.
  appType: 'mpa',
  plugins: [generatedText],
  resolve: { alias: { cooperator: packageEntry } },
  server: { fs: { allow: [path('.'), path('../dist')] } },
  build: { outDir: path('dist'), emptyOutDir: true, assetsInlineLimit: 0 },
});
