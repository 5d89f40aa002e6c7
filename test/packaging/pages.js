// Uses the package in pages without a bundler: its modules, its single file, and a strict Content-Security-Policy.
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outcomeIn } from './browser.js';
import { expected } from './program.js';
import { serve } from './serve.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const packed = fileURLToPath(new URL('../../build/packed/node_modules/cooperator/', import.meta.url));
const site = fileURLToPath(new URL('../../build/packaging/pages/', import.meta.url));

const policy = (scripts) => ({
  'Content-Security-Policy': `default-src 'none'; script-src 'self'${scripts}; require-trusted-types-for 'script'`,
});
const strict = policy(" 'wasm-unsafe-eval'");
const refusal =
  "cooperator cannot compile its WebAssembly core; a Content-Security-Policy needs 'wasm-unsafe-eval' in script-src, " +
  'Cloudflare Workers need init(module); or use cooperator/without-wasm';

/** The pages, the headers that they are served with, and the expected outcomes. */
const pages = {
  'modules, through an import map': { page: 'module.html', outcome: expected },
  'the single file': { page: 'global.html', outcome: expected },
  'the single file under a strict policy': { page: 'global.html', headers: strict, outcome: expected },
  'a strict policy with wasm-unsafe-eval': { page: 'policy.html', headers: strict, outcome: expected },
  'a strict policy without wasm-unsafe-eval: the error names it': {
    page: 'policy.html',
    headers: policy(''),
    outcome: refusal,
  },
  'a strict policy without wasm-unsafe-eval: cooperator/without-wasm works': {
    page: 'without-wasm.html',
    headers: policy(''),
    outcome: expected,
  },
};

/** Copies the pages and the packed package into one directory. */
export async function makeSite() {
  await rm(site, { recursive: true, force: true });
  await mkdir(site, { recursive: true });
  await cp(join(here, 'pages'), site, { recursive: true });
  for (const script of ['page.js', 'program.js']) await cp(join(here, script), join(site, script));
  await cp(packed, join(site, 'cooperator'), { recursive: true });
}

/** The checks of the step `pages` in one browser. @param {import('puppeteer-core').Browser} browser @param {string} name */
export function pageChecks(browser, name) {
  return Object.fromEntries(
    Object.entries(pages).map(([what, { page, headers, outcome }]) => [
      `${name}: ${what}`,
      async () => {
        const server = await serve(site, headers);
        try {
          const seen = await outcomeIn(browser, `${server.url}${page}`);
          if (seen !== outcome) throw new Error(`the outcome is ${seen}, not ${outcome}`);
        } finally {
          await server.close();
        }
      },
    ]),
  );
}
