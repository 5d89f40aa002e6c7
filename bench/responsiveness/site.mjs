// What is served to the browsers: the page, and each contender bundled by itself.
import { readFile } from 'node:fs/promises';
import loadWabt from 'wabt';
import { bundle } from '../hosts/bundle.mjs';
import { html } from '../hosts/server.mjs';

const body = `<style>
  body { margin: 0; min-height: 100vh; font: 16px sans-serif }
  #bar { width: 100px; height: 100px; background: seagreen }
</style>
<div id="bar"></div>
<p id="number"></p>`;

const script = (path) => bundle(`${path}.js`, { platform: 'browser' });

async function job() {
  const text = await readFile(new URL('job.wat', import.meta.url), 'utf8');
  return (await loadWabt()).parseWat('job.wat', text).toBinary({}).buffer;
}

/**
 * @param {string[]} names  of contenders
 * @returns {Promise<{ files: Map<string, string | Uint8Array>, failures: Map<string, string> }>}  `failures`: contenders that cannot
 *   be bundled, with the reason
 */
export async function makeSite(names) {
  const files = new Map([
    ['/', html('/page.js', body)],
    ['/job.wasm', await job()],
  ]);
  const failures = new Map();
  for (const name of ['page', 'messages']) files.set(`/${name}.js`, await script(`responsiveness/${name}`));
  for (const name of names) {
    await script(`contenders/${name}`).then(
      (text) => files.set(`/contenders/${name}.js`, text),
      (error) => failures.set(name, error.message),
    );
  }
  return { files, failures };
}
