;; The second kind of exceptions, in and around loops.
(module
  (tag $t (param i32))
  (tag $u)
  (func $inside (param $n i32) (result i32) (local $sum i32) (local $e exnref)
    (loop $l
      (local.set $sum (i32.add (local.get $sum)
        (block $caught (result i32)
          (try_table (catch $t $caught)
            (if (i32.and (local.get $n) (i32.const 1)) (then (throw $t (local.get $n)))))
          (i32.const 2))))
      (local.set $e (block $again (result exnref)
        (try_table (catch_all_ref $again)
          (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0)))
          (throw $u))
        (unreachable)))
      (block $thrown
        (try_table (catch_all $thrown) (throw_ref (local.get $e)))))
    (local.get $sum))
  (func $outside (param $n i32) (result i32)
    (block $caught (result i32)
      (block $all
        (loop $l
          (try_table (catch $t $caught) (catch_all $all)
            (if (i32.eq (local.get $n) (i32.const 5)) (then (throw $t (i32.const 50))))
            (if (i32.eq (local.get $n) (i32.const 40)) (then (throw $u))))
          (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
        (return (local.get $n)))
      (i32.const 99)))
  (func (export "run") (param $n i32) (result i32)
    (i32.xor (call $inside (local.get $n)) (call $outside (local.get $n)))))
