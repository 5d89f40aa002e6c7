// Preloaded (node --import): instruments every module that the process compiles, as its environment says.
//   INSTRUMENT   plain: not at all
//                checks: the host lets modules run on, with a budget of 100,000
//                every-check: the host is called at every check
// At the end it writes to standard error what it did, as JSON.
import { attach, rewrite } from './instrument.js';

const mode = process.env.INSTRUMENT ?? 'plain';
const { compile, instantiate, Module, Instance } = WebAssembly;
const budget = mode === 'every-check' ? 0 : 100_000;
const done = { checks: 0, modules: [] };

function check() {
  done.checks++;
  return budget;
}

const isBytes = (source) =>
  ArrayBuffer.isView(source) || Object.prototype.toString.call(source) === '[object ArrayBuffer]';

function change(source) {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  const began = performance.now();
  const result = rewrite(bytes);
  const ms = performance.now() - began;
  if (result.status !== 'OK') throw new Error(`${result.status} at ${result.offset}: ${result.message}`);
  done.modules.push({ before: bytes.length, after: result.bytes.length, ms, statistics: result.statistics });
  return result.bytes;
}

const hooked = (instance) => ('coop:hooks' in instance.exports ? attach(instance, { check }) : instance);

if (mode !== 'plain') {
  WebAssembly.compile = async (source) => compile(change(source));
  WebAssembly.instantiate = async (source, imports) => {
    if (!isBytes(source)) return hooked(await instantiate(source, imports));
    const module = await compile(change(source));
    return { module, instance: hooked(await instantiate(module, imports)) };
  };
  WebAssembly.Module = new Proxy(Module, { construct: (_, [source]) => new Module(change(source)) });
  WebAssembly.Instance = new Proxy(Instance, { construct: (_, args) => hooked(new Instance(...args)) });
}
// Glue falls back to the functions above.
delete WebAssembly.instantiateStreaming;
delete WebAssembly.compileStreaming;

process.on('exit', () => process.stderr.write(`\n${JSON.stringify(done)}`));
