// npm run docs: makes the site of the documentation, build/docs, and checks that every link in it leads somewhere. The
// guides and the reference of the package are TypeDoc's, the manual of the C library is Doxygen's, in the same colours.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { needs, setup } from './setup.mjs';
import { root, run } from './run.mjs';

const at = (...path) => join(root, ...path);
const site = at('build/docs');
const work = at('build/docs-source');
const version = () => JSON.parse(readFileSync(at('package.json'), 'utf8')).version;

/** What the navigation shows, in this order. What is not named here, but is in docs/, comes after. */
const guides = {
  'Guides': ['docs/tutorial.md', 'docs/concepts.md', 'docs/recipes.md', 'docs/coming-from.md', 'docs/native.md'],
  'Background': ['docs/hosts.md', 'docs/performance.md', 'docs/reliability.md'],
  'Examples': [
    'examples/README.md',
    ...readdirSync(at('examples'))
      .map((name) => `examples/${name}/README.md`)
      .filter((path) => existsSync(at(path))),
  ],
  'Project': ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
};
for (const name of readdirSync(at('docs'))) {
  const path = `docs/${name}`;
  if (name.endsWith('.md') && !Object.values(guides).flat().includes(path)) guides.Background.push(path);
}
const pages = ['README.md', ...Object.values(guides).flat()];

/** The entries of the package, the files that they are made of, and what they are for. */
const modules = {
  'cooperator': { file: 'index', summary: 'Tasks that take turns, what decides about turns, and Deferreds.' },
  'cooperator/work': { file: 'work', summary: 'Loops ready-made, to be given to `cooperate` or to `yield*`.' },
  'cooperator/testing': { file: 'testing', summary: 'Time and slices under the control of a test.' },
};

/** Rejects where a tool has a warning. Needs what setup installs. */
export async function buildDocs() {
  await Promise.all([site, work].map((path) => rm(path, { recursive: true, force: true })));
  await writeSources();
  await run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--options', join(work, 'typedoc.json')]);
  await mendNavigation();
  await buildManual();
}

async function writeSources() {
  const groups = Object.entries(guides).flatMap(([group, paths]) => paths.map((path) => ({ group, path })));
  for (const { group, path } of [{ path: 'README.md' }, ...groups]) {
    const text = await readFile(at(path), 'utf8');
    const title = text.match(/^# (.*)$/m)[1];
    const front = group === undefined ? '' : `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n`;
    await write(path, front + retarget(text, path));
  }
  for (const [name, { file, summary }] of Object.entries(modules)) {
    const text = `/**\n * ${summary}\n * @module ${name}\n */\nexport * from '../../js/${file}.js';\n`;
    await write(`${name.replace('/', '-')}.ts`, text);
  }
  await write(
    'tsconfig.json',
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../..', stripInternal: false, allowImportingTsExtensions: true },
      include: ['*.ts', '../../scripts/wasm.d.ts'],
    }),
  );
  await write('typedoc.json', JSON.stringify(await typedocOptions()));
}

async function write(path, text) {
  await mkdir(dirname(join(work, path)), { recursive: true });
  await writeFile(join(work, path), text);
}

/** Links between guides stay; those to other files of the repository lead to those files, as they are. */
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

async function typedocOptions() {
  const { OptionDefaults } = await import('typedoc');
  return {
    entryPoints: Object.keys(modules).map((name) => join(work, `${name.replace('/', '-')}.ts`)),
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
    excludeExternals: true,
    // for the compiler; the page shows it anyway
    blockTags: [...OptionDefaults.blockTags, '@implements'],
    excludeTags: [...OptionDefaults.excludeTags, '@implements'],
    // links to the C manual, which is not there yet; checkDocs looks at all links
    validation: { invalidPath: false, notExported: false },
    sort: ['documents-first', 'source-order'],
    sortEntryPoints: false,
    groupOrder: [
      ...Object.keys(guides),
      'Modules',
      'Functions',
      'Classes',
      'Constructors',
      'Methods',
      'Accessors',
      '*',
    ],
    navigation: { includeGroups: true, includeFolders: false },
    searchInDocuments: true,
    searchInComments: true,
    highlightLanguages: ['js', 'typescript', 'html', 'sh', 'c', 'cmake', 'python', 'jsx'],
    lightHighlightTheme: 'github-light',
    darkHighlightTheme: 'github-dark',
    navigationLinks: { 'C library': 'c/index.html' },
    plugin: [at('scripts/docs/typedoc-plugin.mjs')],
    favicon: at('web-demo/icons/favicon.svg'),
    customCss: at('scripts/docs/site.css'),
    customJs: at('scripts/docs/site.js'),
  };
}

/** TypeDoc writes these links as they are given, on pages in folders too. */
async function mendNavigation() {
  for (const name of readdirSync(site, { recursive: true }).filter((name) => /^\w+\/.*\.html$/.test(name))) {
    const text = await readFile(join(site, name), 'utf8');
    await writeFile(join(site, name), text.replace(/href="(?=c\/index\.html")/g, 'href="../'));
  }
}

/** Doxygen's pages get a link back, and the theme that was chosen in the others. */
async function buildManual() {
  const doxyfile = join(work, 'Doxyfile');
  await writeFile(
    doxyfile,
    `${await readFile(at('scripts/docs/Doxyfile'), 'utf8')}
PROJECT_NUMBER = ${version()}
OUTPUT_DIRECTORY = ${site}
`,
  );
  await run('doxygen', [doxyfile]);
  const theme = "<script>document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') || 'os';</script>";
  const back = `<a class="back" href="../index.html">cooperator - v${version()}</a>`;
  const icon = '<link rel="icon" href="../assets/favicon.svg"/>';
  const look = '<link rel="stylesheet" href="../c.css"/>'; // of the frame with what a search has found
  for (const name of readdirSync(join(site, 'c'), { recursive: true }).filter((name) => name.endsWith('.html'))) {
    const text = await readFile(join(site, 'c', name), 'utf8');
    const ours = name.startsWith('search/')
      ? text.replace('</head>', `${look}${theme}</head>`)
      : text.replace('</head>', `${icon}${theme}</head>`).replace('<body>', `<body>${back}`);
    await writeFile(join(site, 'c', name), ours);
  }
}

/** Rejects with a list of the links in the site that lead nowhere: no such file, or no such place in it. */
export async function checkDocs() {
  const files = readdirSync(site, { recursive: true }).filter((name) => name.endsWith('.html'));
  const targets = new Map();
  const places = (file) => {
    if (!targets.has(file)) {
      const text = readFileSync(file, 'utf8');
      targets.set(file, new Set([...text.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, name]) => decode(name))));
    }
    return targets.get(file);
  };
  const dead = [];
  let checked = 0;
  for (const file of files) {
    const text = readFileSync(join(site, file), 'utf8').replace(/<script\b[^]*?<\/script>/g, '');
    for (const [, link] of text.matchAll(/<[a-z][^>]*\s(?:href|src)="([^"]*)"/g)) {
      if (/^(?:[a-z]+:|\/\/)/i.test(link)) continue;
      checked++;
      const [path, fragment] = decode(link).split('#').map(decodeURIComponent);
      let target = path === '' ? join(site, file) : resolve(site, dirname(file), path.replace(/\?.*/, ''));
      if (path.endsWith('/')) target = join(target, 'index.html');
      const isThere = statSync(target, { throwIfNoEntry: false })?.isFile() ?? false;
      const isPlace = !fragment || !target.endsWith('.html');
      if (!isThere || !(isPlace || places(target).has(fragment))) dead.push(`${file}: ${link}`);
    }
  }
  if (checked === 0) throw new Error('there is not one link in build/docs');
  if (dead.length > 0) throw new Error(`Links that lead nowhere:\n${[...new Set(dead)].join('\n')}`);
  return `${files.length} pages, ${checked} links, all of which lead somewhere`;
}

const decode = (text) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (all, code) => String.fromCodePoint(code));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup(needs.docs);
    await buildDocs();
    console.log(`build/docs: ${await checkDocs()}`);
  } catch (error) {
    console.error(error.output ?? '');
    console.error(error.message);
    process.exitCode = 1;
  }
}
