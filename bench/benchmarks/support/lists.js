/** The list, starting at another element for each round, so that none is always measured first. */
export function rotate(list, round) {
  const first = round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

/** @template T @param {number} count @param {(index: number) => T} make @returns {T[]} */
export const repeat = (count, make) => Array.from({ length: count }, (_, index) => make(index));
