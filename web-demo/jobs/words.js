// A generator that waits: it yields the promise of the response and that of its text, and gets their values
// back; then it counts the words, a hundred a turn.

import { html, whole } from '../display.js';

const WORDS_PER_TURN = 100;
const SHOWN = 8;

export function* countWords(text, counts, progress) {
  const word = /\p{L}+/gu;
  let total = 0;
  for (let match = word.exec(text); match; match = word.exec(text)) {
    const key = match[0].toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    total++;
    if (total % WORDS_PER_TURN === 0) {
      progress(word.lastIndex, text.length);
      yield;
    }
  }
  progress(text.length, text.length);
  return total;
}

export const words = {
  id: 'words',
  title: 'Word count',
  language: 'JavaScript generator',
  about: `Fetches a text, yields the promises it waits for, and counts ${WORDS_PER_TURN} words in a turn.`,

  start({ cooperator, view, report }) {
    const list = html('ol', { className: 'ranking' });
    view.append(list);
    const counts = new Map();

    function* work({ signal, progress }) {
      const response = yield fetch('text.txt', { signal });
      if (!response.ok) throw new Error(`text.txt: HTTP ${response.status}`);
      const text = yield response.text();
      const total = yield* countWords(text, counts, progress);
      return `${whole(total)} words, ${whole(counts.size)} different ones.`;
    }

    const task = cooperator.cooperate(work, {
      name: 'words',
      onProgress({ done, total }) {
        showMostFrequent(list, counts);
        report({ done, total, text: `${whole(done)} of ${whole(total)} characters read` });
      },
    });
    return { task };
  },
};

function showMostFrequent(list, counts) {
  const ranking = [...counts].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  const [[, highest]] = ranking;
  list.replaceChildren(...ranking.map(([word, count]) => {
    const row = html('li', {}, html('span', {}, word), html('span', {}, whole(count)));
    row.style.setProperty('--part', count / highest);
    return row;
  }));
}
