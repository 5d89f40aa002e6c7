// Formats all files, C with clang-format and everything else with prettier: npm run format
import { clangFormatVersion, findClangFormat } from './clang-format.mjs';
import { main } from './main.mjs';
import { run } from './run.mjs';
import { needs, setup } from './setup.mjs';
import { sourceFiles } from './source-files.mjs';

/**
 * Formats the C files: .c, .h and .inc.
 * @param {{ check?: boolean }} [options]  `check`: change nothing, and reject if a file is not formatted
 */
export async function formatC({ check = false } = {}) {
  const clangFormat = findClangFormat();
  if (clangFormat === undefined) {
    throw new Error(
      `clang-format ${clangFormatVersion} is required, because other versions format differently. On Debian: ` +
        `apt-get install clang-format-${clangFormatVersion}`,
    );
  }
  const files = await sourceFiles('*.c', '*.h', '*.inc');
  if (files.length === 0) throw new Error('there is no C file');
  const mode = check ? ['--dry-run', '--Werror'] : ['-i'];
  await format(clangFormat, [...mode, '--style=file', ...files]);
}

/** Formats the other files, apart from those in .prettierignore. @param {{ check?: boolean }} [options]  as above */
export async function formatOthers({ check = false } = {}) {
  const mode = check ? '--check' : '--write';
  await format(process.execPath, ['node_modules/prettier/bin/prettier.cjs', mode, '--log-level', 'warn', '.']);
}

/** Runs a formatter. If it fails, the error is its output without the long command line. */
async function format(command, args) {
  await run(command, args).catch(({ output, message }) => {
    throw Object.assign(new Error(output === '' ? message : 'To format all files, run: npm run format'), { output });
  });
}

await main(import.meta, async () => {
  await setup(needs.format);
  await formatC();
  await formatOthers();
});
