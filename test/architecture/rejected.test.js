// What iterator.h does not allow, and compilers see: each file of test/c/rejected is right without WRONG, and wrong
// with it. Some of it is only a warning, but one that nobody has to ask for.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const files = readdirSync(at('test/c/rejected'));

function compile(compiler, file, ...flags) {
  const args = ['-std=c11', '-Werror', '-fsyntax-only', `-I${at('include')}`, ...flags, at(`test/c/rejected/${file}`)];
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return { passes: status === 0, said: stderr.match(/error: (.*)/)?.[1] ?? '' };
}

// What the two compilers have in common when they say it, so that no mistake of another kind is taken for it.
const reasons = {
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

test('each file has a reason', () => {
  expect(files).toEqual(Object.keys(reasons));
});

describe.each(['gcc', 'clang'])('%s', (compiler) => {
  test.each(files)('rejects %s', (file) => {
    expect(compile(compiler, file, '-Wall', '-Wextra', '-Wpedantic')).toEqual({ passes: true, said: '' });
    const { passes, said } = compile(compiler, file, '-DWRONG');
    expect(said).toMatch(reasons[file]);
    expect(passes).toBe(false);
  });
});
