// The interface of instrumented modules as a run-time uses it: turns by JavaScript Promise Integration, stopping, and
// restoring. Needs a host with JSPI.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { attach, instrumented } from './support/instrument.js';
import { assemble } from './support/assemble.js';

const require = createRequire(new URL('../modules/package.json', import.meta.url));

const sorting = `(module
  (memory (export "memory") 1)
  (global $swaps (export "swaps") (mut i32) (i32.const 0))
  (func (export "fill") (param $n i32) (local $i i32)
    (loop $l
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (i32.rem_u (i32.mul (local.get $i) (i32.const 7919)) (i32.const 1009)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
  (func (export "sort") (param $n i32) (result i32) (local $at i32) (local $sorted i32) (local $a i32) (local $b i32)
    (loop $again
      (local.set $sorted (i32.const 1))
      (local.set $at (i32.const 0))
      (loop $pass
        (local.set $a (i32.load (local.get $at)))
        (local.set $b (i32.load offset=4 (local.get $at)))
        (if (i32.gt_u (local.get $a) (local.get $b))
          (then
            (i32.store (local.get $at) (local.get $b))
            (i32.store offset=4 (local.get $at) (local.get $a))
            (global.set $swaps (i32.add (global.get $swaps) (i32.const 1)))
            (local.set $sorted (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $pass (i32.lt_u (local.get $at) (i32.shl (i32.sub (local.get $n) (i32.const 1)) (i32.const 2)))))
      (br_if $again (i32.eqz (local.get $sorted))))
    (global.get $swaps)))`;

const instantiate = (bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes));
const memoryOf = ({ exports }) => Buffer.from(exports.memory.buffer.slice(0));

/** Hooks of an instance whose calls suspend at every `every`th check, until the promise of `next` is resolved. */
function suspendEvery(every, next) {
  let checks = 0;
  let enabled = false;
  return {
    check: () => (enabled && ++checks % every === 0 ? -1 : 0),
    suspend: new WebAssembly.Suspending(async () => {
      await next();
      return 0;
    }),
    enable: () => (enabled = true),
    disable: () => (enabled = false),
  };
}

describe('a call by WebAssembly.promising', () => {
  test.each([1, 7, 1000])('gives the same result with a suspension at every check of %i', async (every) => {
    const plain = instantiate(assemble(sorting));
    plain.exports.fill(60);
    const swaps = plain.exports.sort(60);
    let suspensions = 0;
    const instance = instantiate(instrumented(assemble(sorting)));
    const hooks = suspendEvery(every, () => suspensions++);
    attach(instance, hooks);
    instance.exports.fill(60);
    hooks.enable();
    expect(await WebAssembly.promising(instance.exports.sort)(60)).toBe(swaps);
    expect(suspensions).toBeGreaterThan(0);
    expect(memoryOf(instance)).toEqual(memoryOf(plain));
  });

  test('of several instances take turns', async () => {
    const order = [];
    const start = async (name) => {
      const instance = instantiate(instrumented(assemble(sorting)));
      const hooks = suspendEvery(500, () => order.push(name));
      attach(instance, hooks);
      instance.exports.fill(50);
      hooks.enable();
      await WebAssembly.promising(instance.exports.sort)(50);
    };
    await Promise.all([start('a'), start('b')]);
    expect(order.length).toBeGreaterThan(4);
    order.forEach((name, index) => expect(name).toBe('ab'[index % 2]));
  });
});

test.each([1, 2, 40, 333, 1500])('a call stopped at check %i leaves what `state` restores byte for byte', (stopAt) => {
  const instance = instantiate(instrumented(assemble(sorting), { state: true }));
  let left = Infinity;
  attach(instance, {
    check() {
      if (left-- === 0) throw new Error('stopped');
      return 0;
    },
  });
  instance.exports.fill(60);
  const { exports } = instance;
  const memory = memoryOf(instance);
  const globals = exports['coop:save']();
  left = stopAt;
  expect(() => exports.sort(60)).toThrow('stopped');
  new Uint8Array(exports['coop:memory0'].buffer).set(memory);
  exports['coop:restore'](...[globals].flat());
  left = Infinity;
  expect(exports.swaps.value).toBe(0);
  const plain = instantiate(assemble(sorting));
  plain.exports.fill(60);
  expect(memory).toEqual(memoryOf(plain));
  expect(exports.sort(60)).toBe(plain.exports.sort(60));
  expect(memoryOf(instance)).toEqual(memoryOf(plain));
});

test('SQLite runs suspended at every thousandth check, by its direct exports', async () => {
  const wasm = readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'));
  let suspensions = 0;
  const hooks = suspendEvery(1000, () => suspensions++);
  const SQL = await require('sql.js')({
    instantiateWasm(imports, receive) {
      const module = new WebAssembly.Module(instrumented(wasm));
      const instance = attach(new WebAssembly.Instance(module, imports), hooks);
      receive(instance, module);
      return instance.exports;
    },
  });
  const database = new SQL.Database();
  const query = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT sum(i * i % 7) FROM n`;
  const expected = database.exec(query)[0].values[0][0];
  const statement = database.prepare(query);
  const pointer = Object.values(statement).find((value) => typeof value === 'number' && value > 1000);
  hooks.enable();
  const status = await WebAssembly.promising(SQL._sqlite3_step)(pointer);
  hooks.disable();
  expect(status).toBe(100); // SQLITE_ROW
  expect(suspensions).toBeGreaterThan(10);
  expect(SQL._sqlite3_column_double(pointer, 0)).toBe(expected);
});
