import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { generateText } from './generate-text.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const packageEntry = path('../dist/index.js');
const font = path('../node_modules/@fontsource-variable/inter');

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

/** The font's licence goes where the font goes. */
const fontLicence = {
  name: 'font-licence',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'assets/inter-LICENSE.txt', source: readFileSync(`${font}/LICENSE`) });
  },
};

/** The service worker knows the names of all files, and a version that changes with any of them. */
const serviceWorker = {
  name: 'service-worker',
  enforce: 'post',
  generateBundle(options, bundle) {
    const hash = createHash('sha256');
    const publicFiles = readdirSync(path('public'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`);
    for (const file of publicFiles) hash.update(readFileSync(file));
    for (const { fileName, code, source } of Object.values(bundle)) hash.update(fileName).update(code ?? source ?? '');
    const files = [
      './',
      ...Object.keys(bundle),
      ...publicFiles.map((file) => file.slice(path('public/').length)),
    ].filter((name) => name !== 'index.html');
    this.emitFile({
      type: 'asset',
      fileName: 'service-worker.js',
      source: [
        `const FILES = ${JSON.stringify(files)};`,
        `const VERSION = '${hash.digest('hex').slice(0, 12)}';`,
        readFileSync(path('service-worker.js'), 'utf8'),
      ].join('\n'),
    });
  },
};

export default defineConfig({
  root: path('.'),
  base: './',
  // No page stands in for a file that is missing: it shall be a 404.
  appType: 'mpa',
  plugins: [generatedText, fontLicence, serviceWorker],
  resolve: { alias: { cooperator: packageEntry } },
  server: {
    fs: { allow: [path('.'), path('../dist'), path('../examples/native'), font] },
    // As the service worker does for the built page.
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  build: { outDir: path('dist'), emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
});
