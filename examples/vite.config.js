// Serves the examples that are pages: npm run pages
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path('.'),
  appType: 'mpa',
  plugins: [vue(), svelte()],
  // the package is a symbolic link to a directory outside this folder
  server: { host: '127.0.0.1', fs: { allow: [path('.'), path('../dist')] } },
  worker: { format: 'es' },
});
