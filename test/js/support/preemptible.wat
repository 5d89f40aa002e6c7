;; A module that was never written to yield, for the tests of cooperator/preemptible.
(module
  (import "env" "note" (func $note (param i32)))
  (import "env" "back" (func $back (param i32) (result i32)))
  (import "env" "twice" (func $twice (param i32) (result i32)))
  (memory (export "memory") 1 4)
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $sum $forever)
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (global $interrupted (mut i32) (i32.const 0))

  ;; 1 + 2 + ... + n, with a note for each number.
  (func $sum (export "sum") (param $n i32) (result i32) (local $sum i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (loop $next
      (call $note (local.get $n))
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  ;; The same by recursion.
  (func $recursive (export "recursive") (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (i32.add (local.get $n) (call $recursive (i32.sub (local.get $n) (i32.const 1)))))
      (else (i32.const 0))))

  ;; Writes all over its memory, grows it, counts, and never ends unless it is interrupted. Then it returns 7.
  (func $forever (export "forever") (result i32) (local $at i32)
    (global.set $interrupted (i32.const 0))
    (drop (memory.grow (i32.const 1)))
    (loop $next
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.and (i32.add (local.get $at) (i32.const 68)) (i32.const 131068)))
      (br_if $next (i32.eqz (global.get $interrupted))))
    (i32.const 7))
  (func (export "interrupt") (global.set $interrupted (i32.const 1)))

  ;; Catches whatever is thrown into it, notes that, and begins again.
  (func (export "stubborn") (local $left i32)
    (local.set $left (i32.const 100))
    (loop $again
      (try
        (do (loop $forever (br $forever)))
        (catch_all
          (call $note (local.get $left))
          (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))))

  ;; Sums through JavaScript: `back` is expected to call `sum`.
  (func (export "through") (param $n i32) (result i32) (call $back (local.get $n)))
  (func (export "doubled") (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $twice (local.get $n))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  (func (export "trap") (param $n i32)
    (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (unreachable))
  (func (export "values") (param i64 f64) (result i64 f64) (local.get 0) (local.get 1)))
