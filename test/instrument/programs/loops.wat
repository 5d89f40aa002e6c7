;; Loops of all kinds: nested, with parameters and results, left in every way.
(module
  (type $pair (func (param i32 i32) (result i32 i32)))
  (memory 1)
  (func $nested (param $n i32) (result i32) (local $i i32) (local $j i32) (local $sum i32)
    (block $done
      (loop $outer
        (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
        (local.set $j (i32.const 0))
        (block $inner_done
          (loop $inner
            (br_if $inner_done (i32.gt_s (local.get $j) (local.get $i)))
            (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $j) (local.get $i))))
            (local.set $j (i32.add (local.get $j) (i32.const 1)))
            (br_if $done (i32.gt_s (local.get $sum) (i32.const 5000)))
            (br $inner)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $outer)))
    (local.get $sum))
  ;; Parameters and results on the stack.
  (func $with_params (param $n i32) (result i32)
    (local.get $n) (i32.const 1)
    (loop $l (type $pair)
      (i32.add (i32.const 3))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (i32.gt_s (local.get $n) (i32.const 0))))
    (i32.mul))
  ;; A branch that leaves with a value, a branch table, a return.
  (func $with_value (param $n i32) (result i32)
    (block $out (result i32)
      (loop $l (result i32)
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (drop (br_if $out (i32.const 77) (i32.eq (local.get $n) (i32.const 20))))
        (br_if $l (i32.gt_s (local.get $n) (i32.const 0)))
        (local.get $n))))
  (func $table (param $n i32) (result i32) (local $state i32) (local $sum i32)
    (block $exit
      (loop $l
        (block $c (block $b (block $a
          (br_table $a $b $c $exit (local.get $state)))
          (local.set $state (i32.const 1)) (local.set $sum (i32.add (local.get $sum) (i32.const 1))) (br $l))
          (local.set $state (i32.const 2)) (local.set $sum (i32.mul (local.get $sum) (i32.const 3))) (br $l))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (local.set $state (select (i32.const 0) (i32.const 3) (i32.gt_s (local.get $n) (i32.const 0))))
        (if (i32.eq (local.get $n) (i32.const 40)) (then (return (local.get $sum))))
        (br $l)))
    (local.get $sum))
  ;; Called in a loop: the global counts.
  (func $calls (param $n i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (call $nested (local.get $n))))
      (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get $sum))
  ;; A short loop in another one.
  (func $short (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $l
      (local.set $i (i32.const 0))
      (loop $s
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 5)) (local.get $i)))
        (br_if $s (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
      (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get $sum))
  ;; Code that cannot be reached.
  (func $dead (param $n i32) (result i32)
    (block $b (result i32)
      (br $b (local.get $n))
      (loop $l (br_if $l (i32.const 1)) (br $b (i32.const 5)) (br_table $b $b (i32.const 0)))
      (unreachable)))
  (func (export "run") (param $n i32) (result i32)
    (call $nested (local.get $n)) (call $with_params (local.get $n)) (i32.xor)
    (call $with_value (local.get $n)) (i32.xor) (call $table (local.get $n)) (i32.xor)
    (call $calls (local.get $n)) (i32.xor) (call $short (local.get $n)) (i32.xor)
    (call $dead (local.get $n)) (i32.xor)))
