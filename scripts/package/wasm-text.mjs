// Writes bytes as the text that the package contains of its core, and that js/core/wasm-text.wat reads.
//
// A byte below 84 is one character, the others are two. So the text repeats where the bytes do, which compression needs.
// The characters are those of ASCII that no string literal escapes: bundlers and minifiers leave the text as it is, and
// scripts can have any charset.

/** A byte is `more * BASE + digit`. If `more` is not 0, the digit BASE - 1 + more precedes that digit. */
const BASE = 84;

const DIGITS = characters('#', '[') + characters('a', '~');

/** @param {string} first @param {string} last */
function characters(first, last) {
  const [begin, end] = [first.charCodeAt(0), last.charCodeAt(0)];
  return String.fromCharCode(...Array.from({ length: end - begin + 1 }, (_, index) => begin + index));
}

/** @param {Iterable<number>} bytes @returns {string} */
export function textOfBytes(bytes) {
  return Array.from(bytes, (byte) => {
    const more = Math.floor(byte / BASE);
    return (more === 0 ? '' : DIGITS[BASE - 1 + more]) + DIGITS[byte % BASE];
  }).join('');
}
