// Makes the documentation site, build/docs, and checks its links: npm run docs
//
// TypeDoc makes the guides and the reference of the package, Doxygen the manual of the C library; docs/site.css and
// docs/c.css give both the same colours.
import { rm } from 'node:fs/promises';
import { buildManual } from './docs/doxygen.mjs';
import { checkLinks } from './docs/links.mjs';
import { writeLlmsTexts } from './docs/llms.mjs';
import { site, work } from './docs/paths.mjs';
import { buildReference } from './docs/typedoc.mjs';
import { main } from './main.mjs';
import { needs, setup } from './setup.mjs';

/** Rejects if a tool warns. Needs what setup installs. */
export async function buildDocs() {
  await Promise.all([site, work].map((path) => rm(path, { recursive: true, force: true })));
  await buildReference();
  await buildManual();
  await writeLlmsTexts();
}

await main(import.meta, async () => {
  await setup(needs.docs);
  await buildDocs();
  console.log(`build/docs: ${await checkLinks()}`);
});
