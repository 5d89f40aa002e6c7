// The examples in C do what their READMEs say: every command of a README is run as it is written there, with warnings
// as errors, and the programs are compared with the system's sha256sum and gunzip.
import { createCipheriv } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { commandsOf } from '../docs/blocks.js';
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
  }),
);
