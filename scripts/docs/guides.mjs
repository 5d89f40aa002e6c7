// The Markdown files that become pages of the documentation site.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from '../run.mjs';
import { at, work } from './paths.mjs';

/** The groups of the navigation, in this order. Files in docs/ that are not listed here come last in Background. */
export const guides = {
  'Guides': [
    'docs/tutorial.md',
    'docs/concepts.md',
    'docs/recipes.md',
    'docs/work.md',
    'docs/sync.md',
    'docs/preemptible.md',
    'docs/frameworks.md',
    'docs/servers.md',
    'docs/worker-or-this.md',
    'docs/production.md',
    'docs/workers.md',
    'docs/coming-from.md',
    'docs/native.md',
  ],
  'Background': ['docs/hosts.md', 'docs/performance.md', 'docs/reliability.md'],
  'Examples': [
    'examples/README.md',
    ...readdirSync(at('examples'))
      .map((name) => `examples/${name}/README.md`)
      .filter((path) => existsSync(at(path))),
  ],
  'Project': ['CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md'],
};
for (const name of readdirSync(at('docs'))) {
  const path = `docs/${name}`;
  if (name.endsWith('.md') && !Object.values(guides).flat().includes(path)) guides.Background.push(path);
}

const pages = ['README.md', ...Object.values(guides).flat()];

/** Every page with its text as TypeDoc reads it. @returns {{ path: string, text: string }[]} */
export function guideSources() {
  const grouped = Object.entries(guides).flatMap(([group, paths]) => paths.map((path) => ({ group, path })));
  return [{ path: 'README.md' }, ...grouped].map(({ group, path }) => {
    const text = readFileSync(at(path), 'utf8');
    const title = text.match(/^# (.*)$/m)[1];
    const front = group === undefined ? '' : `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n`;
    return { path, text: front + retarget(fenceCommands(text), path) };
  });
}

/** TypeDoc highlights indented code as TypeScript; in the guides it consists of commands. */
const fenceCommands = (text) =>
  text.replace(/(?<=^\n)(?: {4}.*\n)+/gm, (block) => `\`\`\`sh\n${block.replace(/^ {4}/gm, '')}\`\`\`\n`);

/** Links between pages stay links between pages; links to other files of the repository lead to copies of these. */
function retarget(text, path) {
  return text.replace(/(?<=\]\()(?!\w+:|#)([^)#\s]+)(#[^)]*)?(?=\))/g, (all, target, fragment = '') => {
    let file = relative(root, resolve(root, dirname(path), target));
    if (/^include\/cooperator\/?$/.test(file)) return `${path === 'README.md' ? '' : '../'}c/index.html`;
    if (statSync(at(file)).isDirectory()) {
      file = [file, dirname(file), '.'].map((folder) => join(folder, 'README.md')).find((name) => existsSync(at(name)));
    }
    const from = join(work, dirname(path));
    return relative(from, pages.includes(file) ? join(work, file) : at(file)) + fragment;
  });
}
