// Indexes a text file: for every word, the lines on which it occurs. The task waits for each piece of the file, and
// indexes a few hundred words in each turn.

const PIECE = 1 << 18; // bytes
const WORDS_PER_TURN = 600;
const LETTER = /[\p{L}\p{M}]/u;

/**
 * @param {File} file
 * @param {Map<string, number[]>} index  receives the line numbers of each word, in lower case
 * @returns {Generator<unknown, number>} the number of words in the file
 */
export function* indexText(file, index, { progress }) {
  const decoder = new TextDecoder();
  let words = 0,
    line = 1,
    rest = '';
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = yield file.slice(at, at + PIECE).arrayBuffer(); // the task waits, others run
    const last = at + PIECE >= file.size;
    const text = rest + decoder.decode(piece, { stream: !last });
    let end = text.length;
    while (!last && end > 0 && LETTER.test(text[end - 1])) end--; // the last word may continue in the next piece
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
        yield; // ends the turn
      }
    }
    progress(Math.min(at + PIECE, file.size), file.size);
  }
  return words;
}
