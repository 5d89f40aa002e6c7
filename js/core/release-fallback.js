// FinalizationRegistry fallback: frees the native object of a JavaScript object that its user dropped without releasing
// it. In a host without FinalizationRegistry such an object is never freed.

const registry =
  globalThis.FinalizationRegistry && new FinalizationRegistry((/** @type {() => void} */ release) => release());

/**
 * Calls `release` some time after `object` was collected, unless `cancelReleaseFallback` is called first.
 * @param {object} object
 * @param {() => void} release  must not refer to the object
 * @param {object} token  identifies the registration; may be the object itself
 */
export function addReleaseFallback(object, release, token) {
  registry?.register(object, release, token);
}

/** @param {object} token */
export function cancelReleaseFallback(token) {
  registry?.unregister(token);
}
