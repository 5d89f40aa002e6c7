// Runs other programs, from the project's root.
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

// npm puts node_modules/.bin first, where Emscripten would find the programs of another version of Binaryen.
const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/\bnode_modules[\\/]\.bin$/.test(folder));
process.env.PATH = path.join(delimiter);

/**
 * Runs a program without standard input and resolves to what it wrote to standard output and standard error. Rejects
 * if the program cannot be started or fails; the error's `output` is what the program wrote until then.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean }} [options]
 *   `env`: variables to add to this process's; `show`: write to the terminal instead of collecting the output
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd = root, env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let output = '';
    const collect = (text) => {
      output += text;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    const fail = (reason) => {
      reject(Object.assign(new Error(`${[command, ...args].join(' ')}: ${reason}`), { output }));
    };
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => (code === 0 ? resolve(output) : fail(signal ?? `exit code ${code}`)));
  });
}
