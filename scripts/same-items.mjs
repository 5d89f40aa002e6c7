/** Throws unless both lists have the same items, in any order. @param {string[]} actual @param {string[]} expected */
export function expectSameItems(actual, expected) {
  const missing = expected.filter((item) => !actual.includes(item));
  const extra = actual.filter((item) => !expected.includes(item));
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(`missing: ${missing.join(', ') || 'nothing'}; not expected: ${extra.join(', ') || 'nothing'}`);
  }
}
