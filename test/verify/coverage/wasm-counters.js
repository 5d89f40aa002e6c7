// Reads clang's counters (profile.c) from the memory of cores: when a process exits or, in Jest, when a test file ends.
import { createHash } from 'node:crypto';

/**
 * Writes the counts of this context's cores. The instrumented package and test/program register the cores in
 * `countedCores`, and the package keeps `coverageWrite`. This function's text is inserted into the package's bundle, so it
 * uses nothing else of this file.
 */
export function writeCounts() {
  const CAPACITY = 256; // as in profile.c
  for (const coreOf of globalThis.countedCores ?? []) {
    const core = coreOf();
    if (core === undefined) continue;
    const at = core.profile() / 4;
    const words = new Uint32Array(core.memory());
    const longs = new BigUint64Array(words.buffer);
    const bytes = new Uint8Array(words.buffer);
    const functions = Array.from(words.subarray(at + 2, at + 2 + words[at]), (record) => {
      // struct __llvm_profile_data of clang 14 for 32 bits; the address of the counters is relative to the record
      const counters = ((words[record / 4 + 4] + record) >>> 0) / 8;
      const counts = longs.subarray(counters, counters + words[record / 4 + 7]);
      return {
        ref: String(longs[record / 8]),
        hash: String(longs[record / 8 + 1]),
        counts: Array.from(counts, String),
      };
    });
    const lists = Array.from({ length: words[at + 1] }, (_, index) => {
      const [text, size] = words.subarray(at + 2 + CAPACITY + 2 * index);
      return new TextDecoder('latin1').decode(bytes.slice(text, text + size));
    });
    const file = `${process.env.COOPERATOR_COVERAGE}/${process.pid}-${Math.random()}.wasm.json`;
    globalThis.coverageWrite(file, JSON.stringify({ functions, lists }));
  }
}

if (typeof globalThis.afterAll === 'function' && process.env.COOPERATOR_COVERAGE) globalThis.afterAll(writeCounts);

/** A record names its function by this hash. @param {string} name */
const refOf = (name) => String(createHash('md5').update(name).digest().readBigUInt64LE());

/** The list starts with its length, in groups of seven bits, and with a 0, as it is not compressed. */
function namesIn(list) {
  let at = 0;
  while (list.charCodeAt(at) >= 128) at++;
  return list.slice(at + 2).split('\x01');
}

/**
 * The sum of all counts in the text format of llvm-profdata.
 * @param {{ functions: { ref: string, hash: string, counts: string[] }[], lists: string[] }[]} written
 */
export function profileText(written) {
  const sums = new Map();
  for (const { functions, lists } of written) {
    const names = new Map(lists.flatMap(namesIn).map((name) => [refOf(name), name]));
    for (const { ref, hash, counts } of functions) {
      const key = `${names.get(ref)}\n${hash}\n${counts.length}`;
      const sum = sums.get(key) ?? counts.map(() => 0n);
      sums.set(
        key,
        sum.map((count, index) => count + BigInt(counts[index])),
      );
    }
  }
  return [...sums].map(([key, sum]) => `${key}\n${sum.join('\n')}\n`).join('\n');
}
