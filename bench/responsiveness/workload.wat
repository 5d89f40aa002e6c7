;; One turn of the workload: `steps` steps of arithmetic on an integer, which is not 0 and never becomes 0.
(module
  (func (export "spin") (param $state i32) (param $steps i32) (result i32)
    (loop $again
      (local.set $state (i32.xor (local.get $state) (i32.shl (local.get $state) (i32.const 13))))
      (local.set $state (i32.xor (local.get $state) (i32.shr_u (local.get $state) (i32.const 17))))
      (local.set $state (i32.xor (local.get $state) (i32.shl (local.get $state) (i32.const 5))))
      (br_if $again (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (local.get $state)))
