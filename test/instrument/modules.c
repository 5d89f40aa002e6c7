#include "modules.h"

/*
 *     (module
 *       (import "m" "f" (func (param i32) (result i32)))
 *       (table 1 funcref)
 *       (memory 1)
 *       (global (mut i32) (i32.const 7))
 *       (export "f" (func 1))
 *       (elem (i32.const 0) func 1)
 *       (func (param i32) (result i32)
 *         (loop (br_if 0 (local.get 0)))          ;; with a branch hint: unlikely
 *         (call_indirect (type 0) (local.get 0) (i32.const 0))))
 */
const uint8_t rich_module[] =
    {
        0,   'a', 's',  'm',  1,    0,    0,    0,       /* header */
        1,   6,   1,    0x60, 1,    0x7f, 1,    0x7f,    /* types */
        2,   7,   1,    1,    'm',  1,    'f',  0,    0, /* imports */
        3,   2,   1,    0,                               /* functions */
        4,   4,   1,    0x70, 0,    1,                   /* tables */
        5,   3,   1,    0,    1,                         /* memories */
        6,   6,   1,    0x7f, 1,    0x41, 7,    0x0b,    /* globals */
        7,   5,   1,    1,    'f',  0,    1,             /* exports */
        9,   7,   1,    0,    0x41, 0,    0x0b, 1,    1, /* elements */
        0,   32,  25,   'm',  'e',  't',  'a',  'd',  'a', 't',  'a', '.',  'c',  'o', 'd',  'e', '.',
        'b', 'r', 'a',  'n',  'c',  'h',  '_',  'h',  'i', 'n',  't', 1,    1,    1,   5,    1,   0, /* hints */
        10,  18,  1,    16,   0,    0x03, 0x40, 0x20, 0,   0x0d, 0,   0x0b, 0x20, 0,   0x41, 0,   0x11,
        0,   0,   0x0b, /* code */
};
const size_t rich_module_size = sizeof rich_module;
