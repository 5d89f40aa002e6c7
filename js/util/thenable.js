// Promises and whatever else has a `then`.

/**
 * Can it have properties of its own?
 * @param {unknown} value
 * @returns {value is object}
 */
export function isObject(value) {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}

/**
 * The `then` of a thenable, read once; undefined for anything else. Throws what a getter throws.
 * @param {any} value
 * @returns {Function | undefined}
 */
export function thenOf(value) {
  if (!isObject(value)) return undefined;
  const { then } = /** @type {any} */ (value);
  return typeof then === 'function' ? then : undefined;
}

/**
 * Waits for a thenable as a Promise would: exactly one of the two functions is called, once, whatever the
 * thenable does; a thenable that it resolves to is waited for in its turn.
 * @param {any} thenable
 * @param {Function} then  as `thenOf` gave it
 * @param {(value: any) => void} onValue
 * @param {(error: unknown) => void} onError
 */
export function subscribe(thenable, then, onValue, onError) {
  let open = true;
  /** @param {unknown} error */
  const fail = (error) => {
    if (!open) return;
    open = false;
    onError(error);
  };
  try {
    then.call(
      thenable,
      (/** @type {any} */ value) => {
        if (!open) return;
        let next;
        try {
          if (value === thenable) throw new TypeError('a thenable cannot resolve to itself');
          next = thenOf(value);
        } catch (error) {
          fail(error);
          return;
        }
        open = false;
        if (next === undefined) onValue(value);
        else subscribe(value, next, onValue, onError);
      },
      fail,
    );
  } catch (error) {
    fail(error);
  }
}
