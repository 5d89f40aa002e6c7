;; The first kind of exceptions, in and around loops.
(module
  (tag $t (param i32))
  (tag $u)
  (func $thrower (param $n i32) (if (i32.eqz (i32.rem_u (local.get $n) (i32.const 3))) (then (throw $t (local.get $n)))))
  (func $caught_inside (param $n i32) (result i32) (local $sum i32)
    (loop $l
      (try
        (do
          (if (i32.and (local.get $n) (i32.const 1)) (then (throw $t (local.get $n))))
          (local.set $sum (i32.add (local.get $sum) (i32.const 2))))
        (catch $t (local.set $sum (i32.add (local.get $sum))))
        (catch_all (unreachable)))
      (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get $sum))
  (func $caught_outside (param $n i32) (result i32)
    (try (result i32)
      (do
        (loop $l
          (if (i32.eq (local.get $n) (i32.const 5)) (then (throw $t (i32.const 50))))
          (if (i32.eq (local.get $n) (i32.const 40)) (then (throw $u)))
          (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
        (local.get $n))
      (catch $t)
      (catch_all (i32.const 99))))
  (func $delegated (param $n i32) (result i32) (local $sum i32)
    (block $out
      (try $outer
        (do
          (loop $l
            (try $mid
              (do
                (try (do (call $thrower (local.get $n)) (br_if $out (i32.gt_s (local.get $sum) (i32.const 20))))
                  (delegate $mid)))
              (catch $t (local.set $sum (i32.add (local.get $sum)))
                (try (do (try (do (throw $u)) (catch_all (rethrow 0)))) (catch $u))))
            (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0)))))
        (catch_all (local.set $sum (i32.const -1)))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (call $caught_inside (local.get $n)) (i32.xor (call $caught_outside (local.get $n)))
    (i32.xor (call $delegated (local.get $n)))))
