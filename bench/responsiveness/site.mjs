// What is served to the browsers: the page, its worker and workload, and each implementation as a bundle of its own.
import { readFile } from 'node:fs/promises';
import { bundle } from '../hosts/bundle.mjs';
import { html } from '../hosts/server.mjs';

const body = `<style>
  body { margin: 0; min-height: 100vh; font: 16px sans-serif }
  #bar { width: 100px; height: 100px; background: seagreen }
</style>
<div id="bar"></div>
<p id="number"></p>`;

const bundleForPage = (path) => bundle(path, { platform: 'browser' });

async function workload() {
  const { default: loadWabt } = await import('wabt'); // which setup() may only just have installed
  const text = await readFile(new URL('workload.wat', import.meta.url), 'utf8');
  return (await loadWabt()).parseWat('workload.wat', text).toBinary({}).buffer;
}

/**
 * @param {string[]} modules  of ../implementations
 * @returns {Promise<{ files: Map<string, string | Uint8Array>, failures: Map<string, string> }>}  `failures`: by module
 *   that cannot be bundled, the reason
 */
export async function makeSite(modules) {
  const files = new Map([
    ['/', html('/page.js', body)],
    ['/workload.wasm', await workload()],
  ]);
  const failures = new Map();
  for (const name of ['page.js', 'messages.js']) files.set(`/${name}`, await bundleForPage(`responsiveness/${name}`));
  for (const module of new Set(modules)) {
    const path = `implementations/${module}.js`;
    await bundleForPage(path).then(
      (text) => files.set(`/${path}`, text),
      (error) => failures.set(module, error.message),
    );
  }
  return { files, failures };
}
