// The examples in C do what their READMEs say: every command of a README is run as it is written there, with warnings
// as errors, and the programs are compared with the system's sha256sum and gunzip.
import { createCipheriv } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { blocksOf, commandsOf } from '../docs/blocks.js';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

/** Runs the commands of an example's README and resolves to what each printed. */
async function runReadme(name) {
  await rm(at('build/examples', name), { recursive: true, force: true });
  const printed = {};
  for (const command of commandsOf(`examples/${name}/README.md`)) {
    printed[command] = await run('bash', ['--norc', '-euc', command], { env: { CFLAGS: '-Werror' } });
  }
  return printed;
}

const file = (name) => at('build/examples', name);
const program = (name, ...files) => run(at('build/examples/native', name), files.map(file));

/** What each library has in a linked program, in bytes of code and constants: from the map that GNU's linker writes. */
async function codeByLibrary(path) {
  const [, linked] = (await readFile(at(path), 'utf8')).split('Linker script and memory map');
  const sizes = {};
  for (const [, size, library] of linked.matchAll(
    /^ \.(?:text|rodata)\S*\s+0x[0-9a-f]+\s+(0x[0-9a-f]+) .*\b(lib\w+)\.a\(/gm,
  )) {
    sizes[library] = (sizes[library] ?? 0) + Number(size);
  }
  return sizes;
}

/**
 * Whether two texts differ in numbers only, and by less than a tenth: sizes change a little with the core. Numbers that
 * follow a word of `exact` must be equal.
 */
function isAlmost(actual, expected, exact) {
  const words = (text) => text.split(/(\d+)/);
  const wanted = words(expected);
  const found = words(actual);
  return (
    found.length === wanted.length &&
    found.every((word, i) => {
      if (i % 2 === 0 || wanted[i - 1].endsWith(exact)) return word === wanted[i];
      return Math.abs(Number(word) - Number(wanted[i])) <= Number(wanted[i]) / 10;
    })
  );
}

/** 24 MB, of which one half can be compressed and the other cannot. */
async function writeData(path) {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(2 << 20));
  const text = Buffer.from('each has its turn '.repeat((2 << 20) / 18));
  await writeFile(path, Buffer.concat(Array(6).fill([noise, text]).flat()));
}

await runStep(() =>
  runChecks({
    'native/: the commands of the README work': async () => {
      const printed = (await runReadme('native'))['build/examples/native/sha256 README.md LICENSE'];
      if (printed !== (await run('sha256sum', ['README.md', 'LICENSE']))) throw new Error(printed);
    },
    'sha256 prints the digests of sha256sum and of the standard': async () => {
      await writeData(file('data'));
      await writeFile(file('empty'), '');
      await writeFile(file('abc'), 'abc');
      const digests = await program('sha256', 'data', 'empty', 'abc');
      if (digests !== (await run('sha256sum', ['data', 'empty', 'abc'].map(file)))) throw new Error(digests);
      const standard = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-4, of "abc"
      if (!digests.includes(`\n${standard}  ${file('abc')}\n`)) throw new Error(digests);
    },
    'gunzip restores what gzip has compressed': async () => {
      for (const name of ['data', 'empty']) {
        await program('gzip', name, `${name}.gz`);
        await run('bash', ['-c', 'gunzip -c "$1" | cmp - "$2"', 'bash', file(`${name}.gz`), file(name)]);
      }
    },
    'libuv/: the commands of the README work, and the poll loop reads its input while a task runs': async () => {
      const printed = (await runReadme('libuv'))['build/examples/libuv/on_poll < README.md'];
      const { size } = await stat(at('README.md'));
      if (printed !== `${size} bytes, 17984 primes\n`) throw new Error(printed); // pi(200,000)
    },
    'threads/: the commands of the README work, and the loop reads its input while turns are suspended': async () => {
      const printed = (await runReadme('threads'))['build/examples/threads/on_thread < README.md'];
      const { size } = await stat(at('README.md'));
      if (printed !== `${size} bytes, ${size} of them during turns; 9592 + 8392 primes\n`) throw new Error(printed);
    },
    'cortex-m/: the commands of the README work, and the emulated processor prints what it shows': async () => {
      const printed = Object.entries(await runReadme('cortex-m')).at(-1)[1];
      const { prints } = blocksOf('examples/cortex-m/README.md').find((block) => block.prints !== undefined);
      if (!isAlmost(printed, prints, 'primes: ')) throw new Error(printed);
    },
    'the sizes in docs/native.md are those of this program': async () => {
      const guide = await readFile(at('docs/native.md'), 'utf8');
      const { prints } = blocksOf('examples/cortex-m/README.md').find((block) => block.prints !== undefined);
      const bytes = (what) => Number(prints.match(new RegExp(`^${what}: (\\d+) bytes$`, 'm'))[1]);
      const code = await codeByLibrary('build/examples/cortex-m/two_tasks.map');
      const [text] = (await run('arm-none-eabi-size', [file('cortex-m/two_tasks.elf')])).match(/\d+/);
      const rows = {
        'The core': code.libcooperator,
        'Arithmetic with `double`, from libgcc': code.libgcc,
        'The whole program': Number(text),
        'A cooperator': bytes('a cooperator'),
        'A task': bytes('a task'),
        'The stack': bytes('stack'),
      };
      for (const [row, size] of Object.entries(rows)) {
        const [, shown, unit] = guide.match(new RegExp(`^\\| ${row}\\b.*?([\\d.]+) (KB|bytes)`, 'm'));
        const error = (Number(shown) * (unit === 'KB' ? 1024 : 1)) / size - 1;
        if (Math.abs(error) > 0.1) throw new Error(`${row}: ${size} bytes, and not ${shown} ${unit}`);
      }
    },
  }),
);
