// The rewriter of WebAssembly modules on random modules of Binaryen's fuzzer (wasm-opt -ttf): each stays valid, and
// logs and returns the same as before, with a call of the host at every check. Runs in a version of Node that knows the
// proposals: node test/verify/rewriter.mjs <minutes> <seed>
//
// The last line that it prints is { figures, wrong } as JSON.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attach, rewrite } from '../instrument/support/instrument.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = at('build/rewriter');
const optimizer = at('test/modules/node_modules/binaryen/bin/wasm-opt');
const FEATURES = [
  'bulk-memory',
  'extended-const',
  'multimemory',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'relaxed-simd',
  'sign-ext',
  'simd',
  'tail-call',
  'threads',
];
/** One of them in a module, or none: with exceptions most modules mix their two kinds, which engines refuse. */
const ONE_OF = ['exception-handling', 'gc', ''];
const MOST_WRONG = 5;

/** Random bytes; the same for the same seed. */
function* randomBytes(seed) {
  for (let state = seed >>> 0; ;) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield (mixed ^ (mixed >>> 14)) & 255;
  }
}

function generate(seed) {
  const input = `${folder}/random.bin`;
  const output = `${folder}/module.wasm`;
  const bytes = randomBytes(seed);
  const size = 2000 + 150 * (seed % 200);
  writeFileSync(
    input,
    Uint8Array.from({ length: size }, () => bytes.next().value),
  );
  const features = [...FEATURES, ONE_OF[seed % 3]].filter((name) => name !== '').map((name) => `--enable-${name}`);
  execFileSync(process.execPath, [optimizer, '-ttf', '--denan', input, ...features, '-o', output], { stdio: 'pipe' });
  return readFileSync(output);
}

/** More exact than WebAssembly.validate, which lets the mixing of two kinds of exceptions pass. */
function compile(bytes) {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

/** What happens when each exported function is called; undefined if the host's own limits ended it. */
function observe(bytes, instrumented) {
  const log = [];
  const text = (value) => (typeof value === 'object' || typeof value === 'function' ? typeof value : String(value));
  const module = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = {
      function:
        () =>
        (...args) =>
          void log.push(`${name} ${args.map(text)}`),
      tag: () => (name === 'jstag' ? WebAssembly.JSTag : new WebAssembly.Tag({ parameters: ['i32'] })),
      global: () => new WebAssembly.Global({ value: 'externref' }, name),
    }[kind]();
  }
  let deep = false;
  const attempt = (what, run) => {
    try {
      log.push(`${what} = ${text(run())}`);
    } catch (error) {
      deep ||= error instanceof RangeError && /call stack/.test(error.message);
      log.push(`${what} threw ${error instanceof WebAssembly.Exception ? 'an exception' : error.message}`);
    }
  };
  let instance;
  attempt('instantiate', () => {
    instance = new WebAssembly.Instance(module, imports);
  });
  if (instance === undefined) return { log, checks: 0 };
  let checks = 0;
  if (instrumented) attach(instance, { check: () => (checks++, 0) });
  for (const [name, value] of Object.entries(instance.exports)) {
    if (typeof value === 'function' && !name.startsWith('coop:')) attempt(name, () => value(0, 0, 0, 0, 0, 0, 0, 0));
  }
  return { log: deep ? undefined : log, checks };
}

const [minutes, firstSeed] = process.argv.slice(2).map(Number);
const end = performance.now() + minutes * 60_000;
const totals = { modules: 0, compared: 0, checks: 0 };
const wrong = [];
mkdirSync(folder, { recursive: true });
for (let seed = firstSeed; performance.now() < end && wrong.length < MOST_WRONG; seed++) {
  const bytes = generate(seed);
  if (compile(bytes) === undefined) continue; // it uses what this Node does not know, or mixes kinds of exceptions
  totals.modules++;
  const result = rewrite(bytes, { state: seed % 2 === 1 });
  if (result.status !== 'OK' || compile(result.bytes) === undefined) {
    wrong.push(`seed ${seed}: ${result.status} at ${result.offset}: ${result.message}`);
    continue;
  }
  const before = observe(bytes, false);
  const after = observe(result.bytes, true);
  if (before.log === undefined || after.log === undefined) continue;
  totals.compared++;
  totals.checks += after.checks;
  const different = before.log.findIndex((line, index) => line !== after.log[index]);
  if (different !== -1 || before.log.length !== after.log.length) {
    wrong.push(`seed ${seed}: ${before.log[different]} became ${after.log[different]}`);
  }
}
if (totals.compared === 0 || totals.checks === 0) wrong.push('no module was compared');
const figures = [`${totals.modules} random modules, ${totals.compared} executed with ${totals.checks} checks`];
console.log(JSON.stringify({ figures, wrong }));
