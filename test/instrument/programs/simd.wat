;; SIMD, conversions that saturate, sign extension.
(module
  (memory 1)
  (global $v (mut v128) (v128.const i32x4 1 2 3 4))
  (func (export "run") (param $n i32) (result i32) (local $a v128)
    (loop $l
      (local.set $a (i8x16.swizzle (i16x8.add (local.get $a) (i32x4.splat (local.get $n)))
        (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get $a) (global.get $v))))
      (local.set $a (i32x4.replace_lane 2 (local.get $a) (i32.trunc_sat_f32_s (f32.convert_i32_s (local.get $n)))))
      (v128.store32_lane 1 (i32.const 8) (local.get $a))
      (local.set $a (v128.load8_lane 5 (i32.const 8) (local.get $a)))
      (global.set $v (f32x4.add (local.get $a) (v128.load64_zero (i32.const 8))))
      (br_if $l (i32.gt_s (local.tee $n (i32.extend8_s (i32.sub (local.get $n) (i32.const 1)))) (i32.const 0))))
    (i32.xor (i32x4.extract_lane 0 (local.get $a)) (i32x4.bitmask (global.get $v)))))
