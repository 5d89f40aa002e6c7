import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** Modules that import modules of Node, and are imported only there. */
const onlyInNode = ['./support/hops.js'];

/** Packages for the benchmark `preemptible`. */
const modules = join(root, 'test/modules/node_modules');

/** Imports such as 'package/file.js?copy': the same file with another suffix is another module. */
const copiesOfPackages = {
  name: 'copies of packages',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\?\w+$/ }, ({ path }) => {
      const [file, copy] = path.split('?');
      return { path: join(modules, file), suffix: `?${copy}` };
    }),
};

/**
 * Bundles a module and everything that it imports into one script.
 *
 * @param {string} path  of the module, relative to bench/
 * @param {object} options
 * @param {'browser' | 'node'} options.platform
 * @param {string} [options.dist]  the package that `cooperator` stands for
 * @param {string[]} [options.external]  more imports that stay as they are
 * @returns {Promise<string>}
 */
export async function bundle(path, { platform, dist = join(root, 'dist'), external = [] }) {
  const { build } = await import('esbuild'); // which setup() may only just have installed
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
    alias: { 'cooperator': join(dist, 'index.js'), 'cooperator/preemptible': join(dist, 'preemptible.js') },
    plugins: [copiesOfPackages],
    nodePaths: [modules],
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['node:*', ...(platform === 'node' ? [] : onlyInNode), ...external],
    logLevel: 'silent',
  }).catch((error) => {
    throw new Error(`bench/${path} cannot be bundled: ${error.errors?.[0]?.text ?? error.message}`);
  });
  return text;
}
