// An index of a text file: for every word the lines on which it stands. The file is read piece by piece; the task
// waits for each, and has its turns a few hundred words at a time.

const PIECE = 1 << 18; // bytes
const WORDS_PER_TURN = 600;
const LETTER = /[\p{L}\p{M}]/u;

/** Fills `index`, a Map from words to arrays of line numbers; returns how many words there were. */
export function* indexText(file, index, { progress }) {
  const decoder = new TextDecoder();
  let words = 0,
    line = 1,
    rest = '';
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = yield file.slice(at, at + PIECE).arrayBuffer(); // waits, while others have their turns
    const last = at + PIECE >= file.size;
    const text = rest + decoder.decode(piece, { stream: !last });
    let end = text.length;
    while (!last && end > 0 && LETTER.test(text[end - 1])) end--; // the last word may go on in the next piece
    rest = text.slice(end);

    const token = /\n|\p{L}[\p{L}\p{M}]*/gu;
    for (let match = token.exec(text); match && match.index < end; match = token.exec(text)) {
      if (match[0] === '\n') {
        line++;
        continue;
      }
      const word = match[0].toLowerCase();
      const lines = index.get(word);
      if (lines === undefined) index.set(word, [line]);
      else lines.push(line);
      if (++words % WORDS_PER_TURN === 0) {
        progress(at + PIECE * (match.index / text.length), file.size);
        yield; // the end of a turn
      }
    }
    progress(Math.min(at + PIECE, file.size), file.size);
  }
  return words;
}
