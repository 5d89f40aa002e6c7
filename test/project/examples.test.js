// Every example in JavaScript is a folder that works on its own: its package.json has what it imports.
import { readdirSync } from 'node:fs';
import { at, examples, read, sourcesOf } from '../docs/blocks.js';

// Next.js is installed with the application that the step `frameworks` builds.
const shared = {
  ...JSON.parse(read('test/packaging/next/package.json')).dependencies,
  ...JSON.parse(read('examples/package.json')).dependencies,
};
const files = (name) => sourcesOf(name).filter((file) => /\.(?:js|jsx|mjs|vue|svelte|html)$/.test(file));
const inJavaScript = examples.filter((name) => readdirSync(at(`examples/${name}`)).includes('package.json'));
const inC = ['cortex-m', 'libuv', 'native', 'threads'];

/** The packages that the files of an example import. */
function imported(name) {
  const text = files(name)
    .map((file) => read(`examples/${name}/${file}`))
    .join('\n');
  const names = [...text.matchAll(/(?:from|import) '((?:@[\w-]+\/)?[\w.-]+)(?:\/[\w./-]+)?'/g)].map(
    ([, found]) => found,
  );
  return [...new Set(names)].filter((found) => !found.startsWith('.') && !found.startsWith('node:'));
}

test('all examples are known', () => {
  expect([...inJavaScript, ...inC].sort()).toEqual([...examples].sort());
});

test.each(inJavaScript)('%s: package.json has what it imports, in the versions that are tested', (name) => {
  const { scripts, dependencies, devDependencies = {} } = JSON.parse(read(`examples/${name}/package.json`));
  expect(scripts.start).toMatch(/./);
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(imported(name)));
  const { cooperator, ...others } = dependencies;
  expect(cooperator).toBe('latest');
  for (const [dependency, version] of Object.entries(others))
    expect(`${dependency} ${version}`).toBe(`${dependency} ${shared[dependency]}`);
  for (const [dependency, version] of Object.entries(devDependencies))
    expect(`${dependency} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
});

test('examples/README.md opens the repository of package.json on StackBlitz', () => {
  const repository = JSON.parse(read('package.json')).repository.url.replace(/^git\+https:\/\/|\.git$/g, '');
  const links = [...read('examples/README.md').matchAll(/https:\/\/stackblitz\.com\/([^)\s]*)/g)].map(
    ([, path]) => path,
  );
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) {
    const [address, name] = link.split('/tree/main/examples/');
    expect(address).toBe(repository.replace(/\.com/, ''));
    expect(inJavaScript).toContain(name);
  }
});

test.each(['rows.js', 'matches.js', 'style.css'])('the tables have the same %s', (file) => {
  const copies = ['react', 'vue', 'svelte'].map((name) => read(`examples/table-${name}/${file}`));
  expect(new Set(copies).size).toBe(1);
});
