// Compiles WebAssembly modules, with errors that name the way out where a host refuses.

/**
 * @param {BufferSource} bytes
 * @returns {WebAssembly.Module}
 */
export function compile(bytes) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw refusal(cause);
  }
}

/**
 * Returns the error for a host that does not compile a module. Browsers that compile only small modules synchronously
 * throw a RangeError, hosts that forbid WebAssembly a CompileError, and hosts without it a ReferenceError.
 * @param {unknown} cause
 */
export function refusal(cause) {
  const way =
    cause instanceof RangeError
      ? 'this browser needs await init() first'
      : cause instanceof ReferenceError
        ? 'this host has no WebAssembly'
        : "a Content-Security-Policy needs 'wasm-unsafe-eval' in script-src, Cloudflare Workers need init(module)";
  return new Error(`cooperator cannot compile its WebAssembly core; ${way}; or use cooperator/without-wasm`, {
    cause,
  });
}
