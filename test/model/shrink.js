// Makes a script that shows a difference as small as can be: delta debugging (Zeller, "Yesterday, my program worked.
// Today, it does not. Why?", 1999) over its lines, then over the turns and actions of each line.

/** The smallest list found, of parts of `list`, for which `shows` still holds. */
function reduce(list, shows) {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length;) {
      const rest = [...list.slice(0, at), ...list.slice(at + size)];
      if (shows(rest)) list = rest;
      else at += size;
    }
  }
  return list;
}

/**
 * @param {string} script
 * @param {(script: string) => boolean} differs  is the difference still there? May throw where it makes no sense.
 */
export function shrink(script, differs) {
  const shows = (text) => {
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
    lines = reduce(lines, (rest) => shows(join(rest)));
    for (let at = 0; at < lines.length; at++) {
      for (const separator of [' | ', ' ; ', ' ']) {
        // inside a turn the actions are between the bars
        const pieces = lines[at].split(separator);
        if (pieces.length === 1) continue;
        const put = (rest) => lines.with(at, rest.join(separator));
        lines = put(reduce(pieces, (rest) => shows(join(put(rest)))));
      }
    }
  }
  return join(lines);
}
