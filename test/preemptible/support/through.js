// The recipe of docs/preemptible.md for libraries that instantiate their module by themselves.
import { instrument } from 'cooperator/preemptible';

/** Calls `load`, in which a module with this export becomes the instance of `p`. */
export async function through(p, name, load) {
  const { compile, instantiate } = WebAssembly;
  WebAssembly.compile = (bytes) => compile(instrument(bytes));
  WebAssembly.instantiate = async (source, imports) => {
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    const isWanted = WebAssembly.Module.exports(module).some((found) => found.name === name);
    const instance = isWanted ? (await p.instantiate(module, imports)).instance : await instantiate(module, imports);
    return source === module ? instance : { module, instance };
  };
  try {
    return await load();
  } finally {
    Object.assign(WebAssembly, { compile, instantiate });
  }
}
