// Generates js/core/constants.js from the C headers: node scripts/constants.mjs. The numbers come from the compiler:
// src/wasm/constants.c is compiled for WebAssembly, and its table is read from the module's memory.
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './main.mjs';
import { root, run } from './run.mjs';
import { needs, setup } from './setup.mjs';

const file = join(root, 'js/core/constants.js');
const module = join(root, 'build/wasm/constants.wasm');
const LINE_LENGTH = 120;

const HEADER = `// Numbers of the C headers. Generated from src/wasm/constants.c: node scripts/constants.mjs
`;

/** Lists of names, indexed by the numbers of a group. */
const NAME_LISTS = {
  coop_status: { list: 'STATUS_NAMES', nameOf: (name) => name },
  coop_state: { list: 'STATE_NAMES', nameOf: (name) => name.replace('STATE_', '').toLowerCase() },
};

/** @returns {Promise<string>}  what js/core/constants.js must contain; the target `constants` must be built */
export async function generateConstants() {
  const table = await readTable();
  let text = HEADER;
  for (const group of new Set(table.map((constant) => constant.group))) {
    const constants = table.filter((constant) => constant.group === group);
    text += `\n// ${group}\n`;
    for (const { name, value } of constants) text += `export const ${name} = ${value};\n`;
    if (group in NAME_LISTS) text += nameList(NAME_LISTS[group], constants);
  }
  return text;
}

/** Rejects if js/core/constants.js differs from the C headers. The target `constants` must be built. */
export async function checkConstants() {
  const text = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  if (text === (await generateConstants())) return;
  throw new Error(
    'js/core/constants.js differs from the C headers; run node scripts/constants.mjs and commit the file',
  );
}

async function readTable() {
  const { instance } = await WebAssembly.instantiate(await readFile(module));
  const { memory, constants } = instance.exports;
  const words = new Int32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const text = (pointer) => new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
  const table = [];
  for (let at = constants() >> 2; words[at] !== 0; at += 3) {
    table.push({ group: text(words[at]), name: text(words[at + 1]), value: words[at + 2] });
  }
  return table;
}

function nameList({ list, nameOf }, constants) {
  const names = [];
  for (const { name, value } of constants) names[value] = `'${nameOf(name)}'`;
  const line = `export const ${list} = [${names.join(', ')}];`;
  return line.length <= LINE_LENGTH ? `${line}\n` : `export const ${list} = [\n  ${names.join(',\n  ')},\n];\n`;
}

await main(import.meta, async () => {
  await setup(needs.build);
  if (!existsSync(join(root, 'build/wasm/build.ninja'))) await run('cmake', ['--preset', 'wasm']);
  await run('cmake', ['--build', '--preset', 'wasm', '--target', 'constants']);
  await writeFile(file, await generateConstants());
});
