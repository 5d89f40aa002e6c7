;; Turns the text as which the package contains its core back into bytes. scripts/package/wasm-text.mjs writes the text
;; and describes it. js/core/wasm-text.js contains this module, assembled.
;;
;; `d` reads the text of this length at address 0, and writes the bytes there. It returns their number.
(module
  (memory (export "m") 1)
  (func (export "d") (param $length i32) (result i32)
    (local $in i32) (local $out i32) (local $digit i32) (local $more i32)
    (loop $next
      (local.set $digit (i32.load8_u (local.get $in)))
      ;; "#" to "[" are the first digits, "a" to "~" the rest
      (local.set $digit
        (i32.sub
          (local.get $digit)
          (select (i32.const 40) (i32.const 35) (i32.ge_u (local.get $digit) (i32.const 97)))))
      (i32.store8 (local.get $out) (i32.add (local.get $digit) (local.get $more)))
      (local.set $out (i32.add (local.get $out) (i32.lt_u (local.get $digit) (i32.const 84))))
      (local.set $more
        (select
          (i32.mul (i32.sub (local.get $digit) (i32.const 83)) (i32.const 84))
          (i32.const 0)
          (i32.ge_u (local.get $digit) (i32.const 84))))
      (br_if $next
        (i32.lt_u (local.tee $in (i32.add (local.get $in) (i32.const 1))) (local.get $length))))
    (local.get $out)))
