// Serves the examples that are pages: npm run pages
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path('.'),
  appType: 'mpa',
  // the package is a symbolic link to a directory outside this folder
  server: { host: '127.0.0.1', fs: { allow: [path('.'), path('../dist')] } },
  worker: { format: 'es' },
});
