// Runs Doxygen: the manual of the C library, below c/ in the site.
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { at, site, version, work } from './paths.mjs';

export async function buildManual() {
  await mkdir(work, { recursive: true });
  const doxyfile = join(work, 'Doxyfile');
  const settings = await readFile(at('scripts/docs/Doxyfile'), 'utf8');
  await writeFile(doxyfile, `${settings}\nPROJECT_NUMBER = ${version()}\nOUTPUT_DIRECTORY = ${site}\n`);
  await run('doxygen', [doxyfile]);
  for (const name of readdirSync(join(site, 'c'), { recursive: true }).filter((name) => name.endsWith('.html'))) {
    const text = await readFile(join(site, 'c', name), 'utf8');
    await writeFile(join(site, 'c', name), integrate(text, name));
  }
}

/** Gives a page of Doxygen's the theme that the reader chose on TypeDoc's pages, and a link back to them. */
function integrate(text, name) {
  const theme = "<script>document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') || 'os';</script>";
  if (name.startsWith('search/')) {
    // The frame that shows the results of a search does not load our style sheet by itself.
    return text.replace('</head>', `<link rel="stylesheet" href="../c.css"/>${theme}</head>`);
  }
  const icon = '<link rel="icon" href="../assets/favicon.svg"/>';
  const back = `<a class="back" href="../index.html">cooperator - v${version()}</a>`;
  return text.replace('</head>', `${icon}${theme}</head>`).replace('<body>', `<body>${back}`);
}
