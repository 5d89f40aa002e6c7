// The code in README.md, CONTRIBUTING.md and docs/ works when it is copied, and prints the text below it. The code in
// the READMEs of the examples is in their sources; test/examples and the step c-examples run their commands.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runNode } from '../js/support/run-node.js';
import { at, blocksOf, examples, guides, read, sourcesOf, testOf, walkthroughs } from './blocks.js';

const execute = promisify(execFile);
const blocks = guides.flatMap(blocksOf);
const blocksFor = (kind) => blocks.filter((block) => testOf(block) === kind);
const place = ({ guide, line, heading, file }) => `${guide}:${line} ${file ?? heading}`;
const casesFor = (kind) => blocksFor(kind).map((block) => [place(block), block]);
const manifest = JSON.parse(read('package.json'));

test('every block has a test', () => {
  expect(blocks.length).toBeGreaterThan(50);
  expect(blocks.filter((block) => testOf(block) === undefined).map(place)).toEqual([]);
  expect(Object.values(walkthroughs).filter((path) => !existsSync(at(path)))).toEqual([]);
});

test('README.md has at most 150 lines, of at most 120 characters', () => {
  const lines = read('README.md').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(150);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

/** Expects success, an empty stderr, and the output that the guide shows, if it shows any. */
function expectOutcome({ prints }, { code = 0, stdout, stderr }) {
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  if (prints !== undefined) expect(stdout).toBe(prints);
}

/** A folder inside build/packed, where Node finds the package. */
async function emptyFolder({ guide, line }) {
  const folder = at(`build/packed/docs/${guide.replace(/\W/g, '-')}-${line}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

describe('JavaScript programs', () => {
  test.each(casesFor('JavaScript program'))('%s', async (name, block) => {
    expectOutcome(block, await runNode(block.code));
  });
});

describe('TypeScript programs', () => {
  test.each(casesFor('TypeScript program'))(
    '%s',
    async (name, block) => {
      const folder = await emptyFolder(block);
      await writeFile(join(folder, 'program.ts'), block.code);
      const compilerOptions = { strict: true, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: [] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      const compiled = execute(process.execPath, [at('node_modules/typescript/bin/tsc')], { cwd: folder });
      expect(await compiled.catch(({ stdout }) => stdout)).toStrictEqual({ stdout: '', stderr: '' });
      expectOutcome(block, await execute(process.execPath, ['program.js'], { cwd: folder }));
    },
    20_000,
  );
});

describe('Python programs', () => {
  test.each(casesFor('Python program'))('%s', async (name, block) => {
    expectOutcome(block, await execute(process.env.PYTHON ?? '/usr/bin/python3', ['-c', block.code]));
  });
});

describe('commands on the files above them', () => {
  const files = blocksFor('file for a command');

  test.each(casesFor('command on files'))('%s', async (name, block) => {
    const folder = await emptyFolder(block);
    const inSection = files.filter(({ guide, heading }) => guide === block.guide && heading === block.heading);
    expect(inSection.length).toBeGreaterThan(0);
    for (const { file, code } of inSection) await writeFile(join(folder, file), code);
    const env = { ...process.env, NODE_OPTIONS: '' };
    expectOutcome(block, await execute('bash', ['--norc', '-euc', block.code], { cwd: folder, env, timeout: 20_000 }));
  });

  test('every file has a command in its section', () => {
    const commands = new Set(blocksFor('command on files').map(({ guide, heading }) => `${guide} ${heading}`));
    expect(files.filter(({ guide, heading }) => !commands.has(`${guide} ${heading}`)).map(place)).toEqual([]);
  });
});

test('the C program in the guides and in the C manual is the one built against the installed library', () => {
  expect(read('scripts/docs/c.md')).toMatch(/^\\include test\/consumer\/main\.c$/m);
  const consumer = read('test/consumer/main.c');
  expect(
    blocksFor('consumer source')
      .filter(({ code }) => code !== consumer)
      .map(place),
  ).toEqual([]);
});

test('the CMake lines in the guides are lines of the consumer', () => {
  const words = (line) => line.trim().replace(/\b0\.\d+ |\bconsumer\b|\bprogram\b/g, '');
  const consumer = read('test/consumer/CMakeLists.txt').split('\n').map(words);
  const shown = blocksFor('lines of the consumer').flatMap(({ code }) => code.trim().split('\n'));
  expect(shown.length).toBeGreaterThan(0);
  expect(consumer).toEqual(expect.arrayContaining(shown.map(words)));
});

test('the script element names the file that content delivery networks serve', () => {
  for (const { code } of blocksFor('script element')) {
    expect(code.match(/src="https:\/\/cdn\.jsdelivr\.net\/npm\/([^"]+)"/)?.[1]).toBe(manifest.name);
    expect(existsSync(at(`build/packed/node_modules/cooperator/${manifest.jsdelivr}`))).toBe(true);
  }
});

describe('commands that the project has', () => {
  const presets = JSON.parse(read('CMakePresets.json')).buildPresets.map(({ name }) => name);
  // from the registry, or the file that npm pack writes
  const installable = [manifest.name, `./${manifest.name}-${manifest.version}.tgz`];
  const isKnown = (command) => {
    const [program, ...args] = command.split(/ {2,}| #/)[0].split(' ');
    if (program === 'npm' && args[0] === 'install') return args.length === 2 && installable.includes(args[1]);
    if (program === 'npm' && args[0] === 'pack') return args.length === 1;
    if (program === 'npm') return (args[0] === 'run' ? args[1] : args[0]) in manifest.scripts;
    if (program === 'node') return existsSync(at(args[0]));
    if (program !== 'cmake') return false;
    if (args[0] === '--install') return presets.includes(args[1].replace('build/', ''));
    return presets.includes(args[args.indexOf('--preset') + 1]);
  };
  test.each(casesFor('project commands'))('%s', (name, { code }) => {
    const commands = code.trim().split(/\n| && /);
    expect(commands.filter((command) => !isKnown(command))).toEqual([]);
  });
});

test('the code for frameworks in the guides is in the examples', () => {
  const words = (code) => code.replace(/\s+/g, ' ').trim();
  const sources = examples
    .flatMap((name) => readdirSync(at(`examples/${name}`)).map((file) => `examples/${name}/${file}`))
    .filter((path) => /\.(?:jsx|vue|svelte)$/.test(path))
    .map((path) => words(read(path)));
  const shown = blocksFor('code of an example');
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(({ code }) => !sources.some((source) => source.includes(words(code)))).map(place)).toEqual([]);
});

describe('the code in the READMEs of the examples is in their sources', () => {
  const words = (code) => code.replace(/\s+/g, ' ').trim();
  test.each(examples)('%s', (name) => {
    const blocks = blocksOf(`examples/${name}/README.md`);
    expect(blocks.length).toBeGreaterThan(0);
    const sources = sourcesOf(name)
      .filter((file) => /\.(c|m?js|jsx|vue|svelte)$/.test(file))
      .map((file) => words(read(`examples/${name}/${file}`)));
    const code = blocks.filter(({ language }) => language !== 'commands');
    expect(code.filter((block) => !sources.some((text) => text.includes(words(block.code)))).map(place)).toEqual([]);
  });
});
