// What README.md, CONTRIBUTING.md and docs/ show works when it is copied. Where a text stands below a program, that is
// what it prints. The READMEs of the examples show what is in their sources; their commands are run by test/examples/
// and the step c-examples.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runNode } from '../js/support/run-node.js';
import { at, blocksOf, examples, guides, read, stories, wayOf } from './blocks.js';

const execute = promisify(execFile);
const blocks = guides.flatMap(blocksOf);
const inThisWay = (way) => blocks.filter((block) => wayOf(block) === way);
const place = ({ guide, line, heading, file }) => `${guide}:${line} ${file ?? heading}`;
const rows = (way) => inThisWay(way).map((block) => [place(block), block]);
const manifest = JSON.parse(read('package.json'));

test('there is a way of testing each block', () => {
  expect(blocks.length).toBeGreaterThan(50);
  expect(blocks.filter((block) => wayOf(block) === undefined).map(place)).toEqual([]);
  expect(Object.values(stories).filter((path) => !existsSync(at(path)))).toEqual([]);
});

/** What it prints has to be that, where the guide says so; and it must not complain. */
function expectOutcome({ prints }, { code = 0, stdout, stderr }) {
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  if (prints !== undefined) expect(stdout).toBe(prints);
}

/** Inside of build/packed, where the package is found. */
async function emptyFolder({ guide, line }) {
  const folder = at(`build/packed/docs/${guide.replace(/\W/g, '-')}-${line}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

describe('as a program', () => {
  test.each(rows('as a program'))('%s', async (name, block) => {
    expectOutcome(block, await runNode(block.code));
  });
});

describe('as a program of TypeScript', () => {
  test.each(rows('as a program of TypeScript'))(
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

describe('as a program of Python', () => {
  test.each(rows('as a program of Python'))('%s', async (name, block) => {
    expectOutcome(block, await execute(process.env.PYTHON ?? '/usr/bin/python3', ['-c', block.code]));
  });
});

describe('as a command, on the files above it', () => {
  test.each(rows('as a command'))('%s', async (name, block) => {
    const folder = await emptyFolder(block);
    const files = inThisWay('as a file of that name, for the commands below it').filter(
      ({ guide, heading }) => guide === block.guide && heading === block.heading,
    );
    expect(files.length).toBeGreaterThan(0);
    for (const { file, code } of files) await writeFile(join(folder, file), code);
    const env = { ...process.env, NODE_OPTIONS: '' };
    expectOutcome(block, await execute('bash', ['-euc', block.code], { cwd: folder, env, timeout: 20_000 }));
  });

  test('each file has a command below it', () => {
    const commands = new Set(inThisWay('as a command').map(({ guide, heading }) => `${guide} ${heading}`));
    const files = inThisWay('as a file of that name, for the commands below it');
    expect(files.filter(({ guide, heading }) => !commands.has(`${guide} ${heading}`)).map(place)).toEqual([]);
  });
});

test('the C program is the one that is built against the installed library', () => {
  const shown = inThisWay('as the source of the consumer').map(({ code }) => code);
  expect(shown).toEqual([read('test/consumer/main.c')]);
});

test('what it says to CMake is what the consumer says', () => {
  const words = (line) => line.replace(/\b0\.\d+ |\bconsumer\b|\bprogram\b/g, '');
  const consumer = read('test/consumer/CMakeLists.txt').split('\n').map(words);
  for (const { code } of inThisWay('as lines of the consumer')) {
    expect(consumer).toEqual(expect.arrayContaining(code.trim().split('\n').map(words)));
  }
});

test('the markup names the file that the content delivery networks take', () => {
  for (const { code } of inThisWay('as markup that names a file of the package')) {
    expect(code.match(/src="https:\/\/cdn\.jsdelivr\.net\/npm\/([^"]+)"/)?.[1]).toBe(manifest.name);
    expect(existsSync(at(`build/packed/node_modules/cooperator/${manifest.jsdelivr}`))).toBe(true);
  }
});

describe('as commands that the project has', () => {
  const presets = JSON.parse(read('CMakePresets.json')).buildPresets.map(({ name }) => name);
  // from the registry, or what npm pack has written
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
  test.each(rows('as commands that the project has'))('%s', (name, { code }) => {
    const commands = code.trim().split(/\n| && /);
    expect(commands.filter((command) => !isKnown(command))).toEqual([]);
  });
});

describe('what the READMEs of the examples show stands in their sources', () => {
  const words = (code) => code.replace(/\s+/g, ' ').trim();
  test.each(examples)('%s', (name) => {
    const blocks = blocksOf(`examples/${name}/README.md`);
    expect(blocks.length).toBeGreaterThan(0);
    const sources = readdirSync(at(`examples/${name}`))
      .filter((file) => /\.(c|m?js|jsx)$/.test(file))
      .map((file) => words(read(`examples/${name}/${file}`)));
    const code = blocks.filter(({ language }) => language !== 'commands');
    expect(code.filter((block) => !sources.some((text) => text.includes(words(block.code)))).map(place)).toEqual([]);
  });
});
