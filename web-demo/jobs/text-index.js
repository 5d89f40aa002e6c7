// An index of the visitor's file, or of a sample text. It can be asked while it is still being made.

import { bytes, html, setText, whole } from '../display.js';
import { sampleFile } from '../files.js';
import { indexText } from '../work/text-index.js';

const SAMPLE_COPIES = 14;
const SHOWN = 5;

export const textIndex = {
  id: 'text-index',
  title: 'Text index',
  language: 'JavaScript',
  about: 'Where every word of a file stands. Drop a text file anywhere on the page, and ask while it is read.',
  sources: {
    'text-index.js': () => import('../work/text-index.js?raw'),
  },

  view({ element }) {
    const query = html('input', { type: 'search', placeholder: 'Look up a word', autocomplete: 'off' });
    query.setAttribute('aria-label', 'Look up a word in the index');
    query.dataset.testid = 'query';
    const answer = html('p', { className: 'answer' });
    answer.dataset.testid = 'answer';
    const ranking = html('ol', { className: 'ranking' });
    element.append(html('div', { className: 'index-view' }, query, answer, ranking));
    let file,
      index = new Map(),
      ranked = 0;

    function show() {
      const word = query.value.trim().toLowerCase();
      const lines = index.get(word);
      if (word === '') setText(answer, `${whole(index.size)} different words`);
      else if (lines === undefined) setText(answer, 'not found so far');
      else setText(answer, `${whole(lines.length)} times, first in line ${whole(lines[0])}`);
    }
    query.addEventListener('input', show);

    return {
      load: async () => file ?? sampleFile(SAMPLE_COPIES),
      begin({ note }, own) {
        index = new Map();
        const filled = index;
        return function* textIndex({ progress }) {
          note(`${own.name}, ${bytes(own.size)}`);
          const words = yield* indexText(own, filled, { progress });
          return `${whole(words)} words in ${own.name}, ${bytes(own.size)}`;
        };
      },
      receive(given) {
        file = given;
      },
      refresh() {
        if (performance.now() - ranked < 250) return;
        ranked = performance.now();
        show();
        rank(ranking, index);
      },
    };
  },
};

/** The most frequent words; one look at each, as there may be very many. */
function rank(list, index) {
  const top = [];
  for (const [word, { length }] of index) {
    if (top.length === SHOWN && length <= top[SHOWN - 1].length) continue;
    top.push({ word, length });
    top.sort((a, b) => b.length - a.length);
    top.length = Math.min(top.length, SHOWN);
  }
  while (list.children.length < top.length) list.append(html('li', {}, html('span'), html('span')));
  while (list.children.length > top.length) list.lastChild.remove();
  top.forEach(({ word, length }, place) => {
    const row = list.children[place];
    setText(row.children[0], word);
    setText(row.children[1], whole(length));
    row.style.setProperty('--part', length / top[0].length);
  });
}
