;; Native steps, as a compiler of any language would export them. `state` is an address in this memory.
(module
  (import "host" "call" (func $call (param i32)))
  (memory (export "memory") 1)

  ;; Decrements the word at `state`; done at 0.
  (func (export "count_down") (param $state i32) (result i32)
    (i32.store (local.get $state) (i32.sub (i32.load (local.get $state)) (i32.const 1)))
    (i32.eqz (i32.load (local.get $state))))

  ;; Returns the words after `state`, one for each turn; the word at `state` counts the turns.
  (func $script (export "script") (param $state i32) (result i32)
    (i32.store (local.get $state) (i32.add (i32.load (local.get $state)) (i32.const 4)))
    (i32.load (i32.add (local.get $state) (i32.load (local.get $state)))))

  ;; Returns its state as the status.
  (func (export "echo") (param $state i32) (result i32) (local.get $state))

  ;; Like script, after a call of JavaScript.
  (func (export "calling") (param $state i32) (result i32)
    (call $call (local.get $state))
    (call $script (local.get $state)))

  ;; Steps that trap.
  (func (export "unreachable") (param i32) (result i32) unreachable)
  (func (export "divide_by_zero") (param i32) (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
  (func (export "out_of_bounds") (param i32) (result i32) (i32.load (i32.const -4)))
  (func $deeper (export "overflow") (param i32) (result i32)
    (i32.add (call $deeper (local.get 0)) (i32.const 1)))

  ;; Functions whose type is not that of a step.
  (func (export "of_i64") (param i64) (result i32) (i32.const 1))
  (func (export "of_two") (param i32 i32) (result i32) (i32.const 1))
  (func (export "of_none") (result i32) (i32.const 1))
  (func (export "gives_none") (param i32))
  (func (export "gives_f64") (param i32) (result f64) (f64.const 1)))
