// Loads the modules that are compiled from the C files here.

const addresses = import.meta.glob('../build/*.wasm', { query: '?url', import: 'default', eager: true });
const loaded = new Map();

/** A new instance of the module; gives its exports. */
export async function instantiate(name, imports = {}) {
  const address = addresses[`../build/${name}.wasm`];
  if (address === undefined) throw new Error(`${name}.wasm is not there; "npm run build" makes it`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${name}.wasm: HTTP ${response.status}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { env: imports });
  instance.exports._initialize?.();
  return instance.exports;
}

/** The one instance that all uses share; what could not be loaded is tried again. */
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
