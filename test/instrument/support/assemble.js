// Assembles the programs. Those named *.gc.wat need Binaryen, which knows garbage collection; WABT writes exactly what
// the others say.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabtModule from 'wabt';

const wabt = await wabtModule();
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const features = {
  exceptions: true,
  extended_const: true,
  memory64: true,
  multi_memory: true,
  relaxed_simd: true,
  tail_call: true,
  threads: true,
};

/** @param {string} text  in the text format @returns {Uint8Array} */
export function assemble(text) {
  const module = wabt.parseWat('program.wat', text, features);
  const { buffer } = module.toBinary({ write_debug_names: true });
  module.destroy();
  return buffer;
}

function assembleWithBinaryen(path) {
  const folder = mkdtempSync(join(tmpdir(), 'assemble-'));
  const output = join(folder, 'program.wasm');
  try {
    execFileSync(process.execPath, [at('../../modules/node_modules/binaryen/bin/wasm-as'), '-all', path, '-o', output]);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The programs in test/instrument/programs. */
export const programs = readdirSync(at('../programs')).map((name) => ({
  name,
  assemble() {
    const path = at(`../programs/${name}`);
    return name.endsWith('.gc.wat') ? assembleWithBinaryen(path) : assemble(readFileSync(path, 'utf8'));
  },
}));
