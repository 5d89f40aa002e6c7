import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/**
 * One script of a module and all that it imports.
 *
 * @param {string} path  of the module, in this folder's parent
 * @param {{ platform: 'browser' | 'node', dist?: string }} options  `dist`: of the package, as it is published
 * @returns {Promise<string>}
 */
export async function bundle(path, { platform, dist = join(root, 'dist') }) {
  const { build } = await import('esbuild'); // not before setup has seen to it
  const {
    outputFiles: [{ text }],
  } = await build({
    absWorkingDir: root,
    entryPoints: [join('bench', path)],
    bundle: true,
    write: false,
    format: 'esm',
    platform,
    target: 'es2022',
    alias: { cooperator: join(dist, 'index.js') },
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['node:*'],
    logLevel: 'silent',
  }).catch((error) => {
    throw new Error(`cannot be bundled: ${error.errors?.[0]?.text ?? error.message}`);
  });
  return text;
}
