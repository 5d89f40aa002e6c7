// Finds the clang-format that this project uses.
import { spawnSync } from 'node:child_process';

/** Other major versions format the same code differently; 14 is what Debian 12 has. */
export const clangFormatVersion = 14;

/** The command that starts it: `clang-format-14`, or a `clang-format` of that version. Undefined if there is neither. */
export function findClangFormat() {
  return [`clang-format-${clangFormatVersion}`, 'clang-format'].find((command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    return stdout?.includes(`version ${clangFormatVersion}.`) ?? false;
  });
}
