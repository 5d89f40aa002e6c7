// Runs TypeDoc: the guides, and the reference of the package.
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root, run } from '../run.mjs';
import { guideSources, guides } from './guides.mjs';
import { at, site, work } from './paths.mjs';

/** The entries of the package, the file of js/ that each is made from, and the summary on its page. */
const modules = {
  'cooperator': { file: 'index', summary: 'Cooperators, tasks, schedulers, termination predicates and Deferreds.' },
  'cooperator/work': { file: 'work', summary: 'Ready-made loops, for `cooperate` or `yield*`.' },
  'cooperator/sync': { file: 'sync', summary: 'A semaphore, a lock and a queue, on Deferreds.' },
  'cooperator/twisted': { file: 'twisted', summary: "Twisted's helpers for Deferreds and calls at later times." },
  'cooperator/worker': { file: 'worker', summary: 'Work that runs in workers, behind the same tasks.' },
  'cooperator/testing': { file: 'testing', summary: 'A clock and a scheduler that a test controls.' },
};

/** The module that TypeDoc reads for an entry. @param {string} name */
const moduleFile = (name) => join(work, `${name.replace('/', '-')}.ts`);

export async function buildReference() {
  for (const { path, text } of guideSources()) await write(join(work, path), text);
  for (const [name, { file, summary }] of Object.entries(modules)) {
    const text = `/**\n * ${summary}\n * @module ${name}\n */\nexport * from '../../js/${file}.js';\n`;
    await write(moduleFile(name), text);
  }
  await write(join(work, 'tsconfig.json'), JSON.stringify(compilerConfiguration));
  await write(join(work, 'typedoc.json'), JSON.stringify(await options()));
  await run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--options', join(work, 'typedoc.json')]);
  await fixManualLinks();
}

async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const compilerConfiguration = {
  extends: '../../tsconfig.json',
  compilerOptions: { rootDir: '../..', stripInternal: false, allowImportingTsExtensions: true },
  include: ['*.ts', '../../scripts/wasm.d.ts'],
};

async function options() {
  const { OptionDefaults } = await import('typedoc');
  const order = ['Modules', 'Functions', 'Classes', 'Constructors', 'Methods', 'Accessors', '*'];
  return {
    entryPoints: Object.keys(modules).map(moduleFile),
    tsconfig: join(work, 'tsconfig.json'),
    out: site,
    basePath: root,
    name: 'cooperator',
    readme: join(work, 'README.md'),
    projectDocuments: Object.values(guides)
      .flat()
      .map((path) => join(work, path)),
    includeVersion: true,
    disableSources: true,
    hideGenerator: true,
    githubPages: false,
    treatWarningsAsErrors: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    // @implements is for the compiler; TypeDoc shows the interfaces of a class by itself.
    blockTags: [...OptionDefaults.blockTags, '@implements'],
    excludeTags: [...OptionDefaults.excludeTags, '@implements'],
    // The C manual does not exist yet; links.mjs checks all links when it does.
    validation: { invalidPath: false, notExported: false },
    sort: ['documents-first', 'source-order'],
    sortEntryPoints: false,
    groupOrder: [...Object.keys(guides), ...order],
    navigation: { includeGroups: true, includeFolders: false },
    searchInDocuments: true,
    searchInComments: true,
    highlightLanguages: ['js', 'typescript', 'html', 'sh', 'c', 'cmake', 'python', 'jsx', 'vue', 'svelte'],
    lightHighlightTheme: 'github-light',
    darkHighlightTheme: 'github-dark',
    navigationLinks: { 'C library': 'c/index.html' },
    plugin: [at('scripts/docs/typedoc-plugin.mjs')],
    favicon: at('web-demo/icons/favicon.svg'),
    customCss: at('scripts/docs/site.css'),
    customJs: at('scripts/docs/site.js'),
  };
}

/** TypeDoc writes `navigationLinks` unchanged, also on pages in folders, where they need a `../`. */
async function fixManualLinks() {
  for (const name of readdirSync(site, { recursive: true }).filter((name) => /^\w+\/.*\.html$/.test(name))) {
    const text = await readFile(join(site, name), 'utf8');
    await writeFile(join(site, name), text.replace(/href="(?=c\/index\.html")/g, 'href="../'));
  }
}
