// Misuse of iterator.h that compilers detect. Each file of test/c/rejected compiles without WRONG and fails to compile
// with it. Some errors are warnings in a plain build, but ones that are on by default.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { at } from './sources.js';

const files = readdirSync(at('test/c/rejected'));

function compile(compiler, file, ...flags) {
  const args = ['-std=c11', '-Werror', '-fsyntax-only', `-I${at('include')}`, ...flags, at(`test/c/rejected/${file}`)];
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return { compiles: status === 0, error: stderr.match(/error: (.*)/)?.[1] ?? '' };
}

// The expected errors of both compilers, so that no other mistake is taken for the intended one.
const errors = {
  'await_in_switch_over_enum.c': /unsigned conversion .* changes value|overflow converting case value/,
  'delegate_to_another_type.c': /too many arguments to function/,
  'no_end.c': /at end of input|expected '}'/,
  'no_place.c': /no member named .coop_place/,
  'two_on_a_line.c': /duplicate case value/,
  'variable_length_array.c': /switch jumps into scope|cannot jump from switch statement/,
  'yield_in_a_function_of_its_own.c': /case label not within a switch|'case' statement not in switch/,
  'yield_in_switch.c': /overflow in conversion|overflow converting case value/,
  'yield_outside.c': /case label not within a switch|'case' statement not in switch/,
};

test('every file has an expected error', () => {
  expect(files).toEqual(Object.keys(errors));
});

describe.each(['gcc', 'clang'])('%s', (compiler) => {
  test.each(files)('rejects %s', (file) => {
    expect(compile(compiler, file, '-Wall', '-Wextra', '-Wpedantic')).toEqual({ compiles: true, error: '' });
    const { compiles, error } = compile(compiler, file, '-DWRONG');
    expect(error).toMatch(errors[file]);
    expect(compiles).toBe(false);
  });
});
