;; A turn of the job: so many steps of arithmetic on an integer that is not 0, and never becomes it.
(module
  (func (export "spin") (param $state i32) (param $steps i32) (result i32)
    (loop $again
      (local.set $state (i32.xor (local.get $state) (i32.shl (local.get $state) (i32.const 13))))
      (local.set $state (i32.xor (local.get $state) (i32.shr_u (local.get $state) (i32.const 17))))
      (local.set $state (i32.xor (local.get $state) (i32.shl (local.get $state) (i32.const 5))))
      (br_if $again (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (local.get $state)))
