// coop_instrument from JavaScript, and a run-time as small as can be: for the tests.
import { readFileSync } from 'node:fs';

const rewriter = new WebAssembly.Module(readFileSync(new URL('../../../build/wasm/instrument.wasm', import.meta.url)));

/** In the order of coop_instrument_status. */
const STATUSES = ['OK', 'NO_MEMORY', 'INVALID_ARGUMENT', 'REFUSED', 'INSTRUMENTED'];
/** In the order of coop_instrument_statistics. */
const STATISTICS = [
  'functions',
  'loops',
  'localChecks',
  'globalChecks',
  'shortLoops',
  'entryChecks',
  'callChecks',
  'savedGlobals',
  'unsavedGlobals',
];

/**
 * @param {Uint8Array} input
 * @param {{ state?: boolean }} [options]
 * @returns {{ status: string, bytes: Uint8Array, offset: number, message: string, statistics: Record<string, number> }}
 */
export function rewrite(input, { state = false } = {}) {
  const { memory, allocate, instrument } = new WebAssembly.Instance(rewriter).exports;
  const at = allocate(input.length) >>> 0;
  new Uint8Array(memory.buffer).set(input, at);
  const outcome = instrument(at, input.length, state ? 1 : 0) >>> 2;
  const bytes = new Uint8Array(memory.buffer);
  const [status, output, size, offset, message, ...numbers] = new Uint32Array(memory.buffer).slice(
    outcome,
    outcome + 14,
  );
  return {
    status: STATUSES[status],
    bytes: bytes.slice(output, output + size),
    offset,
    message: new TextDecoder().decode(bytes.subarray(message, bytes.indexOf(0, message))),
    statistics: Object.fromEntries(STATISTICS.map((name, index) => [name, numbers[index]])),
  };
}

/** The instrumented module; throws if it is refused. */
export function instrumented(input, options) {
  const { status, bytes, offset, message } = rewrite(input, options);
  if (status !== 'OK') throw new Error(`${status} at ${offset}: ${message}`);
  return bytes;
}

// Hooks must be functions of WebAssembly: these two call what is imported.
//   (import "" "check" (func (result i32))) (import "" "suspend" (func (result i32)))
const hooksModule = new WebAssembly.Module(
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7f],
    ...[2, 21, 2, 0, 5, ...Buffer.from('check'), 0, 0, 0, 7, ...Buffer.from('suspend'), 0, 0],
    ...[3, 3, 2, 0, 0],
    ...[7, 9, 2, 1, 0x63, 0, 2, 1, 0x73, 0, 3],
    ...[10, 11, 2, 4, 0, 0x10, 0, 0x0b, 4, 0, 0x10, 1, 0x0b],
  ]),
);

/** Sets an instance's hooks, and its budget by a first call of them. */
export function attach(instance, { check, suspend = () => 0 }) {
  const { c, s } = new WebAssembly.Instance(hooksModule, { '': { check, suspend } }).exports;
  instance.exports['coop:hooks'].set(0, c);
  instance.exports['coop:hooks'].set(1, s);
  instance.exports['coop:check']();
  return instance;
}

/** Counts the checks of an instance. Each calls the hook, except for the first, for which attach has called it. */
export function countChecks(instance) {
  const counter = { checks: 0 };
  attach(instance, {
    check: () => {
      counter.checks++;
      return 0;
    },
  });
  return counter;
}
