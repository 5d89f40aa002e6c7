// Makes a module usable both as a program and as an import.
import { pathToFileURL } from 'node:url';

/**
 * Runs `body` if the module that `meta` belongs to is the program that Node was started with. An error is printed
 * without its stack, after the output of the program that caused it, and makes the exit code 1.
 *
 * @param {ImportMeta} meta
 * @param {() => unknown} body
 */
export async function main(meta, body) {
  if (meta.url !== pathToFileURL(process.argv[1]).href) return;
  try {
    await body();
  } catch (error) {
    if (error.output) console.error(error.output);
    console.error(error.message);
    process.exitCode = 1;
  }
}
