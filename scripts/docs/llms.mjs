// Writes llms.txt, which tells programs that read the site what there is, and the guides as one text, llms-full.txt:
// https://llmstxt.org
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { additionFiles } from './additions.mjs';
import { guides } from './guides.mjs';
import { at, site } from './paths.mjs';

/** The first sentence below the title. */
function summaryOf(text) {
  const paragraph = text.replace(/^# .*\n+/, '').match(/^(?![|!\s-]|```)[^]*?(?=\n\n)/m)?.[0] ?? '';
  const plain = paragraph.replace(/\s+/g, ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain.match(/^.*?[.:](?= |$)/)?.[0].replace(/:$/, '.') ?? plain;
}

const nameOf = (path) =>
  basename(path) === 'README.md' && path !== 'README.md' ? path.replaceAll('/', '-') : basename(path);

export async function writeLlmsTexts() {
  await mkdir(join(site, 'markdown'), { recursive: true });
  const groups = { ...guides, Reference: Object.values(additionFiles) };
  const { description } = JSON.parse(await readFile(at('package.json'), 'utf8'));
  const index = [`# cooperator\n\n> ${description}\n\nnpm install cooperator`];
  const full = [await readFile(at('README.md'), 'utf8')];
  for (const [group, paths] of Object.entries(groups)) {
    const lines = [];
    for (const path of paths) {
      const text = await readFile(at(path), 'utf8');
      const name = path.startsWith('docs/reference/') ? `reference-${basename(path)}` : nameOf(path);
      await writeFile(join(site, 'markdown', name), text);
      lines.push(`- [${text.match(/^# (.*)$/m)[1]}](markdown/${name}): ${summaryOf(text)}`);
      if (group === 'Guides' || group === 'Reference') full.push(text);
    }
    index.push(`## ${group}\n\n${lines.join('\n')}`);
  }
  await writeFile(join(site, 'llms.txt'), `${index.join('\n\n')}\n`);
  await writeFile(join(site, 'llms-full.txt'), full.join('\n\n'));
}
