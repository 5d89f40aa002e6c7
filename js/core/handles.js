// The table of handles: numbers by which the core knows JavaScript objects. A handle is an index into the table with a
// generation above it, so that a stale handle is not taken for the one that now uses its index. 0 is never a handle.
//
// Handles stay below 2^30, where every engine represents a number as a small integer.

const INDEX_BITS = 22;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
const GENERATION = 1 << INDEX_BITS;
const LIMIT = 1 << 30;

/** @type {unknown[]} */
const objects = [];
/** For each index, the handle in use or, if the index is free, the next one. @type {number[]} */
const handles = [];
/** @type {number[]} */
const freeIndexes = [];

/**
 * Returns the table index of a handle, for a table that runs parallel to this one.
 * @param {number} handle
 */
export function indexOf(handle) {
  return handle & INDEX_MASK;
}

/**
 * Adds any value to the table, which keeps it alive until `remove`.
 * @param {unknown} object
 * @returns {number} its handle
 * @throws {RangeError} if the table is full
 */
export function put(object) {
  let index = freeIndexes.pop();
  if (index === undefined) {
    index = objects.length;
    if (index > INDEX_MASK)
      throw new RangeError(`cooperator: more than ${INDEX_MASK + 1} objects are in use at a time`);
    handles.push(GENERATION | index);
    objects.push(undefined);
  }
  objects[index] = object;
  return handles[index];
}

/** Values that came when the table was full, by handles from LIMIT on. @type {Map<number, unknown>} */
const surplus = new Map();
let lastSurplus = 2 * LIMIT - 1;

/**
 * As `put`, but never throws: a result must arrive even if the table is full.
 * @param {unknown} value
 * @returns {number} its handle, perhaps one that the core can only pass on and give back
 */
export function putValue(value) {
  if (freeIndexes.length !== 0 || objects.length <= INDEX_MASK) return put(value);
  do lastSurplus = lastSurplus === 2 * LIMIT - 1 ? LIMIT : lastSurplus + 1;
  while (surplus.has(lastSurplus));
  surplus.set(lastSurplus, value);
  return lastSurplus;
}

/**
 * @param {number} handle
 * @returns {any} the object; undefined for a stale handle, or one that never was in use
 */
export function get(handle) {
  const index = handle & INDEX_MASK;
  return handles[index] === handle ? objects[index] : surplus.get(handle);
}

/**
 * Removes an object from the table. Does nothing for a stale handle.
 * @param {number} handle
 * @returns {any} as `get`
 */
export function remove(handle) {
  const index = handle & INDEX_MASK;
  if (handles[index] !== handle) {
    const value = surplus.get(handle);
    surplus.delete(handle);
    return value;
  }
  const object = objects[index];
  objects[index] = undefined;
  const next = handle + GENERATION;
  handles[index] = next < LIMIT ? next : GENERATION | index;
  freeIndexes.push(index);
  return object;
}

/**
 * A host without WeakRef, as workerd was before 2025, gets strong references.
 * @type {typeof WeakRef}
 */
export const WeakReference =
  globalThis.WeakRef ??
  /** @type {any} */ (
    function (/** @type {object} */ object) {
      return { deref: () => object };
    }
  );

/**
 * An entry of the table that does not keep its object alive.
 * @template {object} T
 */
export class WeakEntry {
  #reference;
  /**
   * Set to the object while it is used often: following the weak reference takes longer than a turn.
   * @type {T | undefined}
   */
  strong;

  /** @param {T} object */
  constructor(object) {
    this.#reference = new WeakReference(object);
  }

  /** @returns {T | undefined} */
  get object() {
    return this.strong ?? this.#reference.deref();
  }
}
