// JavaScript objects that the core knows by number. A number is an index into a table with a generation above
// it, so that one which has been given back is told from the next that gets its place. 0 is never one.
//
// Numbers stay below 2^30: a small integer in every engine.

const INDEX_BITS = 22;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
const GENERATION = 1 << INDEX_BITS;
const LIMIT = 1 << 30;

/**
 * The index in a handle, for a table beside this one.
 * @param {number} number
 */
export function indexOf(number) {
  return number & INDEX_MASK;
}

/** @type {unknown[]} */
const objects = [];
/** At each index the number that stands for what is there now, or that will be given out next. @type {number[]} */
const numbers = [];
/** Indexes that are free, the last one first. @type {number[]} */
const free = [];

/**
 * Puts anything into the table, which holds on to it until `take`.
 * @param {unknown} object
 * @returns {number}
 */
export function add(object) {
  let index = free.pop();
  if (index === undefined) {
    index = objects.length;
    if (index > INDEX_MASK) throw new RangeError(`cooperator: more than ${INDEX_MASK} objects at a time`);
    numbers.push(GENERATION | index);
    objects.push(undefined);
  }
  objects[index] = object;
  return numbers[index];
}

/**
 * What stands for `number`; undefined for one that was given back or never given out.
 * @param {number} number
 * @returns {any}
 */
export function look(number) {
  const index = number & INDEX_MASK;
  return numbers[index] === number ? objects[index] : undefined;
}

/**
 * Gives the number back. Does nothing, and returns undefined, if it was before.
 * @param {number} number
 * @returns {any} what it stood for
 */
export function take(number) {
  const index = number & INDEX_MASK;
  if (numbers[index] !== number) return undefined;
  const object = objects[index];
  objects[index] = undefined;
  const next = number + GENERATION;
  numbers[index] = next < LIMIT ? next : GENERATION | index;
  free.push(index);
  return object;
}

/** A net for what its user forgot: gives the core's part back once the JavaScript part is gone. */
const forgotten = new FinalizationRegistry((/** @type {() => void} */ giveBack) => giveBack());

/**
 * Like `add` for an object that the table must not keep alive: look through `lookWeakly`.
 * @param {object} object
 */
export function addWeakly(object) {
  return add(new WeakRef(object));
}

/**
 * @param {number} number
 * @returns {any}
 */
export function lookWeakly(number) {
  return look(number)?.deref();
}

/**
 * Calls `giveBack` some time after `object` was collected, unless `keepNoMore` comes first.
 * @param {object} object
 * @param {() => void} giveBack  must not refer to the object
 * @param {object} token  by which `keepNoMore` knows it
 */
export function whenForgotten(object, giveBack, token) {
  forgotten.register(object, giveBack, token);
}

/** @param {object} token */
export function keepNoMore(token) {
  forgotten.unregister(token);
}
