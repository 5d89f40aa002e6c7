// Runs a program in a Node process of its own, with the packed package installed beside it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// --eval resolves imports from the working directory, and test/node_modules links to the packed package.
const directory = fileURLToPath(new URL('..', import.meta.url));

/** The tests run on cooperator/without-wasm: see ../without-wasm.config.js. */
export const withoutWasm = process.env.OPTIONS_OF_PROGRAMS !== undefined;

/**
 * Runs a program to its end.
 * @param {string} source of an ES module, or of a CommonJS module with `type: 'commonjs'`
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} code null: it hung and was killed
 */
export function runNode(source, { type = 'module', flags = [] } = {}) {
  return new Promise((resolve) => {
    // The limit is below Jest's own, so that a failed test can show what a hanging program printed.
    const options = {
      cwd: directory,
      timeout: 20_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, NODE_OPTIONS: process.env.OPTIONS_OF_PROGRAMS ?? '' },
    };
    const args = [...flags, `--input-type=${type}`, '--eval', source];
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.killed ? null : error.code, stdout, stderr });
    });
  });
}

/** Runs a program, expects it to succeed and to print nothing to stderr, and returns the JSON that it printed. */
export async function runNodeJson(source, options) {
  const { code, stdout, stderr } = await runNode(source, options);
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Source to put first: collects the process's unhandled rejections in `unhandled`; `print` writes JSON. */
export const listenForUnhandled = `
  const unhandled = [];
  process.on('unhandledRejection', (error) => unhandled.push(error));
  const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
  const flushEventLoop = async () => {
    await nextMacrotask();
    await new Promise((resolve) => setTimeout(resolve, 0));
    await nextMacrotask();
  };
  const print = (value) => process.stdout.write(JSON.stringify(value));
`;
