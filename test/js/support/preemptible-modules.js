// The bytes of the modules for cooperator/preemptible, compiled to WebAssembly. Hosts without files get this module's
// exports as constants.
import { readFileSync } from 'node:fs';
import loadWabt from 'wabt';

const wabt = await loadWabt();

function assemble(name, text) {
  const parsed = wabt.parseWat(name, text, { exceptions: true });
  return [...parsed.toBinary({}).buffer];
}

export const program = assemble('preemptible.wat', readFileSync(new URL('preemptible.wat', import.meta.url), 'utf8'));

/** Exports a function that doubles a number. */
export const twice = assemble(
  'twice.wat',
  '(module (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))',
);

/** Imports a global, a memory, a table and a function, and exports them all. */
export const linked = assemble(
  'linked.wat',
  `(module
    (import "env" "global" (global $global (mut i32)))
    (import "env" "memory" (memory 1))
    (import "env" "table" (table $table 1 funcref))
    (import "env" "twice" (func $twice (param i32) (result i32)))
    (export "global" (global $global)) (export "memory" (memory 0)) (export "table" (table $table))
    (export "twice" (func $twice))
    (func (export "run") (param $n i32) (result i32)
      (loop $next
        (global.set $global (i32.add (global.get $global) (i32.const 1)))
        (i32.store (i32.const 0) (call $twice (global.get $global)))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (i32.load (i32.const 0))))`,
);
