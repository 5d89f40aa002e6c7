// Loads the WebAssembly modules that the build makes of the C files.

const urls = import.meta.glob('../build/*.wasm', { query: '?url', import: 'default', eager: true });
const loaded = new Map();

/** Makes a new instance of a module, and returns its exports. */
export async function instantiate(name, imports = {}) {
  const url = urls[`../build/${name}.wasm`];
  if (url === undefined) throw new Error(`${name}.wasm is missing: run "npm run build"`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name}.wasm: HTTP ${response.status}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { env: imports });
  instance.exports._initialize?.();
  return instance.exports;
}

/** Returns the exports of the one instance that all callers share. After a failure, the next call tries again. */
export function load(name) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      instantiate(name).catch((error) => {
        loaded.delete(name);
        throw error;
      }),
    );
  }
  return loaded.get(name);
}
