// Makes a script that shows a difference as small as possible: delta debugging (Zeller, "Yesterday, my program worked.
// Today, it does not. Why?", 1999) over its lines, then over the turns, actions and words of each line.

/** Removes parts of `list`, large ones first, as long as `isShownBy` holds for the rest. */
function reduce(list, isShownBy) {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length;) {
      const rest = [...list.slice(0, at), ...list.slice(at + size)];
      if (isShownBy(rest)) list = rest;
      else at += size;
    }
  }
  return list;
}

/**
 * @param {string} script
 * @param {(script: string) => boolean} differs whether a script shows the difference; a throw counts as false
 * @returns {string} the smallest script found that shows it
 */
export function shrink(script, differs) {
  const isShownBy = (text) => {
    try {
      return differs(text);
    } catch {
      return false;
    }
  };
  const join = (lines) => `${lines.join('\n')}\n`;
  let lines = script.trimEnd().split('\n');
  for (let before = ''; before !== join(lines);) {
    before = join(lines);
    lines = reduce(lines, (rest) => isShownBy(join(rest)));
    for (let at = 0; at < lines.length; at++) {
      // Turns, the actions in a turn, words.
      for (const separator of [' | ', ' ; ', ' ']) {
        const pieces = lines[at].split(separator);
        if (pieces.length === 1) continue;
        const withPieces = (rest) => lines.with(at, rest.join(separator));
        lines = withPieces(reduce(pieces, (rest) => isShownBy(join(withPieces(rest)))));
      }
    }
  }
  return join(lines);
}
