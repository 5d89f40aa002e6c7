;; A memory with 64-bit addresses.
(module
  (memory i64 1)
  (func (export "run") (param $n i32) (result i32) (local $i i64) (local $sum i32)
    (loop $l
      (i32.store offset=16 (i64.shl (local.get $i) (i64.const 2)) (i32.wrap_i64 (local.get $i)))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=16 (i64.shl (local.get $i) (i64.const 2)))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $l (i64.lt_s (local.get $i) (i64.extend_i32_s (local.get $n)))))
    (local.get $sum)))
