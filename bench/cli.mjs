// Command lines of the benchmarks.

/** @param {string} option @param {string} value @param {number} least */
export function parseCount(option, value, least) {
  const count = Number(value);
  if (Number.isInteger(count) && count >= least) return count;
  throw new Error(`${option} must be an integer of at least ${least}, not ${value}`);
}

/** A comma-separated list of names, in the order of `known`; all of them if undefined. */
export function parseNames(option, value, known) {
  const names = value?.split(',') ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option}: there is no ${unknown}; choose from ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

/** Replaces the line that the last call has written to the terminal. */
export const showProgress = (text) => process.stderr.write(`\r\x1b[K${text}`);

/** Runs a command; an error becomes a message and this exit code. @param {() => Promise<void>} command */
export async function main(command, exitCodeOnError = 1) {
  try {
    await command();
  } catch (error) {
    if (error.output) console.error(error.output);
    console.error(error.message);
    process.exitCode = exitCodeOnError;
  }
}
