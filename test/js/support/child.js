// Runs a program in a Node of its own, beside the package as a user would have it installed.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// test/node_modules leads to the packed package, and a program given with --eval is resolved from here.
const directory = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} source of an ES module, or of a CommonJS one with `type: 'commonjs'`
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} code null: it had to be killed
 */
export function runNode(source, { type = 'module', flags = [] } = {}) {
  return new Promise((resolve) => {
    // A program that hangs is ended, so that the test fails and says what the program had printed.
    const options = {
      cwd: directory,
      timeout: 20_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, NODE_OPTIONS: '' },
    };
    const args = [...flags, `--input-type=${type}`, '--eval', source];
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.killed ? null : error.code, stdout, stderr });
    });
  });
}

/** Runs it, expects it to end well, and gives what it printed as JSON. */
export async function reportOf(source, options) {
  const { code, stdout, stderr } = await runNode(source, options);
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Source: logs each unhandled rejection once per report, as [name, message]; print() writes all of it at the end. */
export const listenForUnhandled = `
  const unhandled = [];
  process.on('unhandledRejection', (error) => unhandled.push(error));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const settle = async () => { await turn(); await new Promise((resolve) => setTimeout(resolve, 0)); await turn(); };
  const print = (value) => process.stdout.write(JSON.stringify(value));
`;
