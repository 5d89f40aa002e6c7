// The packages of test/modules, unmodified: each with one call that takes long, which can be a task.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { through } from './through.js';

const folder = new URL('../../modules/node_modules/', import.meta.url);
const require = createRequire(folder);
const bytesOf = (path) => readFileSync(new URL(path, folder));

/** A copy of a module of its own: glue may keep its instance in a variable. */
function requireAnew(path) {
  for (const name of Object.keys(require.cache)) delete require.cache[name];
  return require(path);
}
let copies = 0;
const importAnew = (path) => import(`${new URL(path, folder).href}?copy=${copies++}`);

/** Bytes that look neither random nor empty. */
export function sample(size) {
  let seed = 1;
  return Uint8Array.from({ length: size }, (_, index) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return index % 7 === 0 ? seed >>> 24 : (index >> 4) & 255;
  });
}

const memoryIn = (exports) => Object.values(exports).find((value) => value instanceof WebAssembly.Memory);

const QUERY = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  SELECT sum(i * i % 7), group_concat(hex(i) || i, '') FROM n`;

/**
 * @typedef {object} Opened
 * @property {WebAssembly.Memory} memory
 * @property {() => { call: [Function, ...any[]], finish: (value: any) => any }} prepare  the call that takes long, and what
 *   makes a result of its value
 */

/** @type {Record<string, (p: import('cooperator/preemptible').Preemptible) => Promise<Opened>>} */
export const packages = {
  async 'sql.js'(p) {
    const SQL = await requireAnew('sql.js')({
      instantiateWasm: p.instantiateWasm(bytesOf('sql.js/dist/sql-wasm.wasm')),
    });
    const database = new SQL.Database();
    database.run('CREATE TABLE t(a); INSERT INTO t VALUES (1), (2), (3)');
    return {
      memory: memoryIn(p.exports),
      prepare() {
        const statement = database.prepare(QUERY);
        const pointer = Object.values(statement).find(Number.isInteger);
        return {
          call: [SQL._sqlite3_step, pointer],
          finish(status) {
            const row = statement.get();
            statement.free();
            return [status, row];
          },
        };
      },
    };
  },

  async 'quickjs-emscripten'(p) {
    const { newQuickJSWASMModuleFromVariant, newVariant } = requireAnew('quickjs-emscripten');
    const { default: variant } = requireAnew('@jitl/quickjs-wasmfile-release-sync');
    const wasm = bytesOf('@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm');
    const emscriptenModule = { instantiateWasm: p.instantiateWasm(wasm) };
    const QuickJS = await newQuickJSWASMModuleFromVariant(newVariant(variant, { emscriptenModule }));
    const context = QuickJS.newContext();
    const f = context.unwrapResult(
      context.evalCode(`(() => {
        const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
        const words = Array.from({ length: 60 }, (_, i) => (i * 7919 % 1009).toString(36)).sort();
        let caught = 0;
        for (let i = 0; i < 20; i++) try { null.x } catch { caught++ }
        return JSON.stringify([fib(8), words.join(' ').replace(/(\\w)(\\w)/g, '$2$1'), caught, 2n ** 99n + '']);
      })`),
    );
    return {
      memory: QuickJS.getWasmMemory(),
      prepare: () => ({
        call: [context.ffi.QTS_Call, context.ctx.value, f.value, context.undefined.value, 0, 0],
        finish: (pointer) => context.memory.heapValueHandle(pointer).consume((value) => context.getString(value)),
      }),
    };
  },

  async 'hash-wasm, argon2'(p) {
    const { argon2id } = requireAnew('hash-wasm');
    const salt = sample(16);
    const options = { password: 'p', salt, parallelism: 1, iterations: 1, memorySize: 256, hashLength: 32 };
    await through(p, 'Hash_SetMemorySize', () => argon2id({ ...options, outputType: 'hex' }));
    const { exports } = p;
    const size = 256 * 1024 + 1024;
    exports.Hash_SetMemorySize(size);
    const at = exports.Hash_GetBuffer();
    return {
      memory: exports.memory,
      prepare() {
        const bytes = new Uint8Array(exports.memory.buffer, at, size);
        bytes.set(sample(size));
        // lanes, length of the hash, kilobytes, iterations, version, type
        bytes.set(new Uint8Array(Uint32Array.of(1, 32, 256, 2, 0x13, 2).buffer), 256 * 1024);
        return {
          call: [exports.Hash_Calculate, 0, 256],
          finish: () => [...new Uint8Array(exports.memory.buffer, at, 1024)],
        };
      },
    };
  },

  async '@bokuweb/zstd-wasm'(p) {
    const zstd = requireAnew('@bokuweb/zstd-wasm');
    await through(p, 'f', () => zstd.init());
    const { Module } = require(require.resolve('@bokuweb/zstd-wasm').replace('index.node.js', 'module.js'));
    const input = sample(3000);
    // Its glue replaces each function by the export itself in the first call.
    zstd.compress(input, 3);
    const source = Module._malloc(input.length);
    const target = Module._malloc(2 * input.length);
    return {
      memory: memoryIn(p.exports),
      prepare() {
        Module.HEAPU8.set(input, source);
        return {
          call: [Module._ZSTD_compress, target, 2 * input.length, source, input.length, 9],
          finish: (size) => [...Module.HEAPU8.slice(target, target + size)],
        };
      },
    };
  },

  async 'brotli-wasm'(p) {
    const brotli = await importAnew('brotli-wasm/pkg.web/brotli_wasm.js');
    await through(p, 'decompress', () => brotli.default(bytesOf('brotli-wasm/pkg.web/brotli_wasm_bg.wasm')));
    const compressed = brotli.compress(sample(500), { quality: 5 });
    const wasm = p.exports;
    return {
      memory: wasm.memory,
      prepare() {
        const result = wasm.__wbindgen_add_to_stack_pointer(-16);
        const input = wasm.__wbindgen_malloc(compressed.length);
        new Uint8Array(wasm.memory.buffer).set(compressed, input);
        return {
          call: [wasm.decompress, result, input, compressed.length],
          finish() {
            const [at, size, , failed] = new Int32Array(wasm.memory.buffer, result, 4);
            if (failed) throw new Error('it has failed');
            const bytes = [...new Uint8Array(wasm.memory.buffer, at, size)];
            wasm.__wbindgen_free(at, size);
            wasm.__wbindgen_add_to_stack_pointer(16);
            return bytes;
          },
        };
      },
    };
  },

  async '@resvg/resvg-wasm'(p) {
    const { Resvg, initWasm } = await importAnew('@resvg/resvg-wasm/index.mjs');
    await through(p, 'resvg_render', () => initWasm(bytesOf('@resvg/resvg-wasm/index_bg.wasm')));
    const circles = Array.from({ length: 5 }, (_, i) => `<circle cx="${i * 4}" cy="${(i * 37) % 20}" r="${i + 3}"/>`);
    const svg = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">${circles.join('')}</svg>`);
    const wasm = p.exports;
    return {
      memory: wasm.memory,
      prepare() {
        const result = wasm.__wbindgen_add_to_stack_pointer(-16);
        return {
          call: [wasm.resvg_render, result, svg.__wbg_ptr],
          finish() {
            const [image, , failed] = new Int32Array(wasm.memory.buffer, result, 3);
            if (failed) throw new Error('it has failed');
            const size = [wasm.renderedimage_width(image), wasm.renderedimage_height(image)];
            wasm.__wbg_renderedimage_free(image);
            wasm.__wbindgen_add_to_stack_pointer(16);
            return size;
          },
        };
      },
    };
  },
};

/**
 * Packages whose call that takes long has JavaScript at its bottom or in its middle, so that it can have a limit, but
 * cannot be suspended.
 * @type {typeof packages}
 */
export const inOnePiece = {
  async 'wasmoon'(p) {
    const { LuaFactory } = requireAnew('wasmoon');
    const lua = await through(p, 'lua_pcallk', () => new LuaFactory().createEngine());
    return {
      memory: p.exports.memory,
      prepare: () => ({
        call: [
          (code) => lua.doStringSync(code),
          `local t, caught = {}, 0
          for i = 1, 300 do t[i] = (i * 7919) % 1009 end
          table.sort(t)
          for i = 1, 50 do if not pcall(error, 'x') then caught = caught + 1 end end
          return table.concat(t, ',') .. caught`,
        ],
        finish: (text) => text,
      }),
    };
  },

  async '@jsquash/jpeg, embind'(p) {
    const { default: encode } = await importAnew('@jsquash/jpeg/codec/enc/mozjpeg_enc.js');
    const { defaultOptions } = await importAnew('@jsquash/jpeg/meta.js');
    const wasm = bytesOf('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
    const module = await encode({ noInitialRun: true, instantiateWasm: p.instantiateWasm(wasm) });
    return {
      memory: memoryIn(p.exports),
      prepare: () => ({
        call: [module.encode, sample(64 * 64 * 4), 64, 64, defaultOptions],
        finish: (view) => [...view],
      }),
    };
  },
};
