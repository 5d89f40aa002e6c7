// What is added to a module, and what is refused.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { attach, countChecks, instrumented, rewrite } from './support/instrument.js';
import { assemble } from './support/assemble.js';

const instantiate = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);

/** The sections of a module: ids, or names of custom sections, with their contents. */
function sections(bytes) {
  const found = [];
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = number();
    const end = at + size;
    let name = id;
    if (id === 0) {
      const length = number();
      name = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
    }
    found.push({ name, contents: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

const unsigned = (value) => {
  const bytes = [];
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
};
const section = (id, contents) => [id, ...unsigned(contents.length), ...contents];
const custom = (name, contents) => section(0, [name.length, ...Buffer.from(name), ...contents]);
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const module = (...parts) => Uint8Array.from([...HEADER, ...parts.flat()]);

const counting = `(module
  (func (export "count") (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.const 2)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))`;

test('instrument.wasm imports nothing, and is small', () => {
  const bytes = readFileSync(new URL('../../build/wasm/instrument.wasm', import.meta.url));
  expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([]);
  expect(bytes.length).toBeLessThanOrEqual(16 * 1024);
  expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(8.5 * 1024);
});

describe('the added exports', () => {
  test('are the hooks and the check; with `state` also what can be saved', () => {
    const names = (options) => WebAssembly.Module.exports(new WebAssembly.Module(instrumented(input, options)));
    const input = assemble('(module (memory 1) (global (mut i32) (i32.const 0)) (func (export "f")))');
    const plain = [
      { name: 'f', kind: 'function' },
      { name: 'coop:check', kind: 'function' },
      { name: 'coop:hooks', kind: 'table' },
    ];
    expect(names()).toEqual(plain);
    expect(names({ state: true })).toEqual([
      ...plain,
      { name: 'coop:save', kind: 'function' },
      { name: 'coop:restore', kind: 'function' },
      { name: 'coop:memory0', kind: 'memory' },
    ]);
  });

  test('are all that an empty module contains', () => {
    const bytes = instrumented(module());
    expect(sections(bytes).map(({ name }) => name)).toEqual([1, 3, 4, 6, 7, 10]);
    expect(instantiate(bytes).exports['coop:check']()).toBe(2 ** 31 - 1);
  });
});

describe('a check', () => {
  test('calls the host once the budget is used up', () => {
    const instance = instantiate(instrumented(assemble(counting)));
    let calls = 0;
    attach(instance, { check: () => (calls++, 99) });
    expect(instance.exports.count(1000)).toBe(2000);
    // The loop has 9 instructions; a budget of 99 lasts for 12 iterations.
    expect(calls).toBe(Math.ceil((1000 * 9) / (12 * 9)));
  });

  test('runs once per iteration', () => {
    const instance = instantiate(instrumented(assemble(counting)));
    const counter = countChecks(instance);
    instance.exports.count(10);
    expect(counter.checks).toBe(10);
  });

  test('calls slot 1 after slot 0 returned a negative number, and takes a negative result as 0', () => {
    const instance = instantiate(instrumented(assemble(counting)));
    const log = [];
    attach(instance, { check: () => (log.push('check'), -1), suspend: () => (log.push('suspend'), -7) });
    expect(instance.exports['coop:check']()).toBe(0);
    log.length = 0;
    instance.exports.count(3);
    expect(log).toEqual(['check', 'suspend', 'check', 'suspend']);
  });

  test('ends the computation if a hook throws, and the next check calls it again', () => {
    const instance = instantiate(instrumented(assemble(counting)));
    let calls = 0;
    attach(instance, {
      check() {
        if (calls++ === 0) return 50;
        throw new Error('time is up');
      },
    });
    expect(() => instance.exports.count(1000)).toThrow('time is up');
    expect(() => instance.exports.count(1)).toThrow('time is up');
    expect(calls).toBe(3);
  });

  test('does not call a host that has set no hooks, even if the first budget is used up', () => {
    const instance = instantiate(instrumented(assemble(counting)));
    expect(instance.exports.count(2 ** 29)).toBe(2 ** 30);
  });

  test('stops a module that catches the exception again and again', () => {
    const instance = instantiate(
      instrumented(
        assemble(`(module (global $caught (export "caught") (mut i32) (i32.const 0))
          (func (export "f") (loop $l
            (try (do (loop $inner (br $inner)))
              (catch_all (global.set $caught (i32.add (global.get $caught) (i32.const 1)))))
            (br $l))))`),
      ),
    );
    let calls = 0;
    attach(instance, {
      check() {
        if (calls++ === 0) return 0;
        throw new Error(`call ${calls}`);
      },
    });
    // The exception in the inner loop is caught, the one in the outer loop is not.
    expect(() => instance.exports.f()).toThrow('call 3');
    expect(instance.exports.caught.value).toBe(1);
  });
});

describe('loops with a small constant count', () => {
  const loop = (
    start,
    step,
    compare,
    body = '',
  ) => `(module (func (export "f") (result i32) (local $i i32) (local $n i32)
    ${start}
    (loop $l ${body}
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l ${compare.replace('I', `(local.tee $i ${step})`)}))
    (local.get $n)))`;
  const set = '(local.set $i (i32.const 4))';
  const add = '(i32.add (local.get $i) (i32.const 2))';
  const not20 = '(i32.ne I (i32.const 20))';

  test.each([
    [loop(set, add, not20), 8],
    [loop(set, add, '(i32.lt_s I (i32.const 21))'), 9],
    [loop(set, add, '(i32.lt_u I (i32.const 21))'), 9],
    [loop('(local.set $i (i32.const -3))', '(i32.add (local.get $i) (i32.const 1))', 'I'), 3],
    [loop(set, '(i32.sub (local.get $i) (i32.const 1))', 'I'), 4],
  ])('have no check %#', (text, iterations) => {
    const { bytes, statistics } = rewrite(assemble(text));
    expect(statistics).toMatchObject({ loops: 1, shortLoops: 1, localChecks: 0 });
    expect(instantiate(bytes).exports.f()).toBe(iterations);
  });

  test.each([
    ['the start is unknown', loop('', add, not20)],
    ['the start was set on one way only', loop(`(if (local.get $n) (then ${set}))`, add, not20)],
    ['the count is never reached', loop(set, '(i32.add (local.get $i) (i32.const 3))', not20)],
    ['the end would be passed', loop(set, add, '(i32.lt_s I (i32.const 2147483647))')],
    ['the count is large', loop('(local.set $i (i32.const -100000))', '(i32.add (local.get $i) (i32.const 1))', 'I')],
    ['another branch goes on', loop(set, add, not20, '(br_if $l (i32.eq (local.get $n) (i32.const 7)))')],
    ['the variable is set once more', loop(set, add, not20, '(local.set $i (i32.const 4))')],
    ['a loop is in it', loop(set, add, not20, '(loop)')],
  ])('have one if %s', (_, text) => {
    const { status, bytes, statistics } = rewrite(assemble(text));
    expect([status, statistics.shortLoops]).toEqual(['OK', 0]);
    expect(statistics.localChecks).toBe(statistics.loops);
    expect(WebAssembly.validate(bytes)).toBe(true);
  });
});

describe('recursion', () => {
  const checks = (text) => {
    const { status, statistics } = rewrite(assemble(text));
    expect(status).toBe('OK');
    return [statistics.entryChecks, statistics.callChecks];
  };

  test('is checked once in each cycle of direct calls', () => {
    expect(checks('(module (func $a (call $b)) (func $b (call $c)) (func $c (call $a)) (func $d (call $a)))')).toEqual([
      1, 0,
    ]);
  });

  test('is not checked where there is none', () => {
    expect(checks('(module (func $a (call $b) (call $b)) (func $b (call $c)) (func $c))')).toEqual([0, 0]);
  });

  test('is checked through a table, also if the types have different indices', () => {
    const text = `(module (type $x (func (param i32))) (type $y (func (param i32))) (table 1 funcref)
      (elem (i32.const 0) $f)
      (func $f (type $x) (call_indirect (type $y) (local.get 0) (i32.const 0))))`;
    expect(checks(text).reduce((a, b) => a + b)).toBe(1);
  });

  test('is not checked for functions that no table contains', () => {
    expect(checks('(module (table 1 funcref) (func $f (call_indirect (i32.const 0))))')).toEqual([0, 0]);
  });
});

describe('state', () => {
  test('is saved and restored', () => {
    const input = assemble(`(module
      (import "m" "g" (global $g (mut i64)))
      (memory (export "memory") 1)
      (global $a (export "a") (mut i32) (i32.const 5))
      (global $constant i32 (i32.const 6))
      (global $b (export "b") (mut f64) (f64.const 1.5))
      (global $vector (mut v128) (v128.const i64x2 0 0))
      (global $ref (export "ref") (mut externref) (ref.null extern)))`);
    const g = new WebAssembly.Global({ value: 'i64', mutable: true }, 7n);
    const { bytes, statistics } = rewrite(input, { state: true });
    expect(statistics).toMatchObject({ savedGlobals: 4, unsavedGlobals: 1 });
    const { exports } = instantiate(bytes, { m: { g } });
    const saved = exports['coop:save']();
    expect([...saved]).toEqual([7n, 5, 1.5, null]);
    g.value = 1n;
    exports.a.value = 2;
    exports.b.value = 3;
    exports.ref.value = 'x';
    exports['coop:restore'](...saved);
    expect([g.value, exports.a.value, exports.b.value, exports.ref.value]).toEqual([7n, 5, 1.5, null]);
    expect(exports['coop:memory0']).toBe(exports.memory);
  });

  test('has no globals if there are more than engines allow', () => {
    const input = assemble(`(module ${'(global (mut i32) (i32.const 0))'.repeat(1001)})`);
    const { bytes, statistics } = rewrite(input, { state: true });
    expect(statistics).toMatchObject({ savedGlobals: 0, unsavedGlobals: 1001 });
    expect(WebAssembly.validate(bytes)).toBe(true);
  });
});

describe('custom sections', () => {
  test('are copied in their places; indices in `name` stay right', () => {
    const input = assemble(`(module $m (import "a" "b" (func $imported)) (func $first) (func $second (export "f")
      (loop $l (br_if $l (i32.const 0)))))`);
    const nameOf = (bytes) => sections(bytes).find(({ name }) => name === 'name').contents;
    expect(nameOf(instrumented(input))).toEqual(nameOf(input));
    const mixed = module(
      custom('first', [1]),
      section(1, [0]),
      custom('between', [2]),
      section(10, [0]),
      custom('last', []),
    );
    expect(sections(instrumented(mixed)).map(({ name }) => name)).toEqual([
      'first',
      1,
      'between',
      3,
      4,
      6,
      7,
      10,
      'last',
    ]);
  });

  // (func (param i32) (loop (br_if 0 (local.get 0)) (if (local.get 0) (then))))
  const body = [0, 0x03, 0x40, 0x20, 0, 0x0d, 0, 0x20, 0, 0x04, 0x40, 0x0b, 0x0b, 0x0b];
  const withHints = (...hints) =>
    module(
      section(1, [1, 0x60, 1, 0x7f, 0]),
      section(3, [2, 0, 0]),
      custom('metadata.code.branch_hint', hints),
      custom('metadata.code.other', [0]),
      section(10, [2, 3, 0, 1, 0x0b, body.length, ...body]),
    );

  /** The hints of a module: by function, the opcodes at their offsets and the hints. */
  function hintsOf(bytes) {
    const all = sections(bytes);
    const { contents } = all.find(({ name }) => name === 'metadata.code.branch_hint');
    const code = all.find(({ name }) => name === 10).contents;
    const bodies = [];
    for (let at = 1, count = code[0]; count > 0; count--) {
      bodies.push(code.subarray(at + 1, at + 1 + code[at]));
      at += 1 + code[at];
    }
    const found = [];
    let at = 1;
    for (let functions = contents[0]; functions > 0; functions--) {
      const index = contents[at++];
      for (let count = contents[at++]; count > 0; count--, at += 3) {
        found.push([index, bodies[index][contents[at]], contents[at + 2]]);
      }
    }
    return found;
  }

  test('branch hints are merged with those of the checks', () => {
    const bytes = instrumented(withHints(1, 1, 2, 5, 1, 1, 9, 1, 0));
    expect(WebAssembly.validate(bytes)).toBe(true);
    const [BR_IF, IF] = [0x0d, 0x04];
    expect(hintsOf(bytes)).toEqual([
      [1, IF, 0],
      [1, BR_IF, 0],
      [1, BR_IF, 1],
      [1, IF, 0],
    ]);
    expect(sections(bytes).map(({ name }) => name)).not.toContain('metadata.code.other');
  });

  test('branch hints of functions that do not change stay', () => {
    expect(hintsOf(instrumented(withHints(1, 0, 1, 1, 1, 1)))[0]).toEqual([0, 1, 1]);
  });

  test.each([
    ['cut short', withHints(1, 1, 2, 5, 1, 1, 9), 3],
    ['for no instruction', withHints(1, 1, 1, 6, 1, 1), 2],
    ['for another instruction twice', withHints(1, 1, 2, 5, 1, 1, 5, 1, 0), 3],
    ['out of order', withHints(2, 1, 0, 0, 1, 1, 1, 1), 2],
  ])('branch hints that are %s are left out, as engines do', (_, input, hints) => {
    const bytes = instrumented(input);
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(hintsOf(bytes)).toHaveLength(hints);
  });
});

describe('refused', () => {
  const type = section(1, [1, 0x60, 0, 0]);
  const body = (...code) => module(type, section(3, [1, 0]), section(10, [1, code.length + 2, 0, ...code, 0x0b]));

  test.each([
    ['nothing', Uint8Array.of(), 0, 'the end where there must be more'],
    ['text', Buffer.from('(module)'), 0, '0x28 where there must be the header of a WebAssembly module'],
    ['a component', Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), 4, '0x0d where'],
    ['an unknown section', module([99, 0]), 8, '0x63 where there must be a section'],
    ['a section twice', module(type, type), 14, '0x01 where there must be a later section'],
    ['a section that is cut short', module([1, 5, 1]), 11, 'the end where there must be more'],
    ['a custom section that is cut short', module([0, 3, 9, 65, 65]), 13, 'the end where there must be more'],
    ['a type of an unknown form', module(section(1, [1, 0x5d, 0])), 11, '0x5d where there must be a function'],
    ['a value type that is unknown', module(section(1, [1, 0x60, 1, 0x01, 0])), 13, '0x01 where there must be a value'],
    ['more items than bytes', module(section(1, [0xff, 0xff, 0xff, 0xff, 0x0f])), 10, 'a number of items that fit'],
    ['a number that is too long', module(section(1, [0x80, 0x80, 0x80, 0x80, 0x80, 1])), 10, 'a number of 32 bits'],
    ['an unknown instruction', body(0xf0), 23, '0xf0 where there must be an instruction'],
    ['an unknown instruction with a prefix', body(0xfc, 99), 23, '0xfc where there must be an instruction'],
    ['a label of no block', body(0x0c, 9), 24, '0x09 where there must be the label'],
    ['a body that does not end', body(0x02, 0x40), 26, 'the end where there must be'],
    ['code behind a body', body(0x0b, 0x01), 24, '0x01 where there must be the end'],
    ['a function that is not there', body(0x10, 1), 24, '0x01 where there must be the index of a function'],
    ['a function without a body', module(type, section(3, [1, 0])), 18, 'as many bodies as functions'],
    ['bytes behind a section', module(section(1, [0, 7])), 11, '0x07 where there must be the end'],
    ['zeros', new Uint8Array(1_000_000), 1, '0x00 where there must be the header'],
  ])('%s', (_, input, offset, message) => {
    const result = rewrite(input);
    expect([result.status, result.message]).toEqual(['REFUSED', expect.stringContaining(message)]);
    expect(result.offset).toBe(offset);
    expect(result.bytes).toHaveLength(0);
  });

  test.each([
    ['a function', (n) => [0x10, n]],
    ['a global', () => [0x23, 0, 0x1a]],
    ['a local', () => [0x20, 0, 0x1a]],
    ['a table', () => [0xfc, 16, 0, 0x1a]],
    ['a type', () => [0xfb, 1, 1, 0x1a]],
  ])('%s that will be added, so that no invalid module becomes a valid one', (_, code) => {
    expect(rewrite(body(0x03, 0x40, ...code(1), 0x0b)).status).toBe('REFUSED');
  });

  test('a module cut off anywhere, unless it is one', () => {
    const input = assemble(counting);
    const ends = [
      8,
      ...sections(input).map(({ contents }) => contents.byteOffset + contents.length - input.byteOffset),
    ];
    for (let size = 0; size < input.length; size++) {
      const { status } = rewrite(input.subarray(0, size));
      if (!ends.includes(size)) expect([size, status]).toEqual([size, 'REFUSED']);
    }
  });
});
