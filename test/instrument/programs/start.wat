;; A start function with a loop, before anyone can set the hooks.
(module
  (global $sum (mut i32) (i32.const 0))
  (func $start (local $i i32)
    (loop $l
      (global.set $sum (i32.add (global.get $sum) (local.get $i)))
      (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000)))))
  (start $start)
  (func (export "run") (param $n i32) (result i32)
    (loop $l (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (global.get $sum)))
