import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { generateSampleText } from './generate-sample-text.js';

// Isolated from other sites, pages get finer clocks: the same headers as in app/service-worker.js.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const packageEntry = path('../dist/index.js');
const font = path('../node_modules/@fontsource-variable/inter');

const { name: packageName, repository } = JSON.parse(readFileSync(path('../package.json'), 'utf8'));

if (!existsSync(packageEntry)) throw new Error('dist/ is missing: run "npm run build" first');

/** Generates text.txt, the sample text that the tasks read. */
const sampleText = {
  name: 'sample-text',
  configureServer(server) {
    server.middlewares.use('/text.txt', (request, response) => {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.end(generateSampleText());
    });
  },
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'text.txt', source: generateSampleText() });
  },
};

/** Fills in the placeholders of index.html: the names and addresses of the project, and the code that it shows. */
const placeholders = {
  name: 'placeholders',
  transformIndexHtml(html) {
    const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    const code = (name) => escape(readFileSync(path(`code/${name}.js`), 'utf8').trimEnd());
    const values = {
      PACKAGE: packageName,
      REPOSITORY: repository.url.replace(/^git\+|\.git$/g, ''),
      CODE_BEFORE: code('before'),
      CODE_AFTER: code('after'),
    };
    return html.replace(/%([A-Z_]+)%/g, (all, name) => values[name] ?? all);
  },
};

/** Puts the font's licence beside the font. */
const fontLicence = {
  name: 'font-licence',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'assets/inter-LICENSE.txt', source: readFileSync(`${font}/LICENSE`) });
  },
};

/** Prepends to the service worker the list of all files, and a version that changes with any of them. */
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
        readFileSync(path('app/service-worker.js'), 'utf8'),
      ].join('\n'),
    });
  },
};

export default defineConfig({
  root: path('.'),
  base: './',
  // A missing file must be a 404, not index.html.
  appType: 'mpa',
  plugins: [placeholders, sampleText, fontLicence, serviceWorker],
  resolve: {
    alias: [
      { find: /^cooperator$/, replacement: packageEntry },
      { find: /^cooperator\/([\w-]+)$/, replacement: path('../dist/$1.js') },
    ],
  },
  server: {
    fs: { allow: [path('.'), path('../dist'), path('../examples/native'), font] },
    headers,
  },
  preview: { headers },
  build: { outDir: path('dist'), emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
});
