// An index of the visitor's file, or of a sample text. It can be searched while the task still fills it.

import { colourOf, colours } from '../../util/colours.js';
import { createElement, setText } from '../../util/dom.js';
import { bytes, whole } from '../../util/format.js';
import { sampleFile } from '../sample-file.js';
import { indexText } from './index-text.js';

const SAMPLE_COPIES = 40;
const RANKING_SIZE = 5;
const REFRESH_MS = 250;

export const textIndex = {
  id: 'text-index',
  title: 'Text index',
  shortTitle: 'Index',
  language: 'JavaScript',
  about: 'Lists the lines of every word. Drop a text file anywhere on the page, and search it while it is being read.',
  sources: {
    'index-text.js': () => import('./index-text.js?raw'),
  },

  createView({ element, slot }) {
    const query = createElement('input', { type: 'search', placeholder: 'Look up a word', autocomplete: 'off' });
    query.setAttribute('aria-label', 'Look up a word in the index');
    query.dataset.testid = 'query';
    const answer = createElement('p', { className: 'answer' });
    answer.dataset.testid = 'answer';
    const ranking = createElement('ol', { className: 'ranking' });
    element.append(createElement('div', { className: 'index-view' }, query, answer, ranking));
    let chosen,
      index = new Map(),
      refreshedAt = 0,
      ranked = []; // the most frequent words

    function showAnswer() {
      const word = query.value.trim().toLowerCase();
      const lines = index.get(word);
      if (word === '') setText(answer, `${whole(index.size)} different words`);
      else if (lines === undefined) setText(answer, 'not found so far');
      else setText(answer, `${whole(lines.length)} times, first on line ${whole(lines[0])}`);
    }
    query.addEventListener('input', showAnswer);

    return {
      load: async () => chosen ?? sampleFile(SAMPLE_COPIES),
      createWork({ setNote }, file) {
        const newIndex = new Map(); // a task that was replaced must not fill the index of its successor
        index = newIndex;
        return function* textIndex({ progress }) {
          setNote(`${file.name}, ${bytes(file.size)}`);
          const words = yield* indexText(file, newIndex, { progress });
          return `${whole(words)} words in ${file.name}, ${bytes(file.size)}`;
        };
      },
      receiveFile(file) {
        chosen = file;
      },
      refresh() {
        if (performance.now() - refreshedAt < REFRESH_MS) return;
        refreshedAt = performance.now();
        showAnswer();
        ranked = mostFrequent(index);
        showRanking(ranking, ranked);
      },
      drawThumbnail: (context) => drawThumbnail(context, ranked, slot),
    };
  },
};

/** The most frequent words, found in one pass without sorting them all: there may be very many. */
function mostFrequent(index) {
  const top = [];
  for (const [word, { length }] of index) {
    if (top.length === RANKING_SIZE && length <= top[RANKING_SIZE - 1].length) continue;
    top.push({ word, length });
    top.sort((a, b) => b.length - a.length);
    top.length = Math.min(top.length, RANKING_SIZE);
  }
  return top;
}

function drawThumbnail(context, words, slot) {
  const { width, height } = context.canvas;
  const rowHeight = height / RANKING_SIZE;
  context.clearRect(0, 0, width, height);
  context.font = `${Math.round(rowHeight * 0.62)}px "Inter Variable", sans-serif`;
  context.textBaseline = 'middle';
  for (const [place, { word, length }] of words.entries()) {
    const y = place * rowHeight;
    context.globalAlpha = 0.3;
    context.fillStyle = colourOf(slot);
    context.fillRect(0, y, (width * length) / words[0].length, rowHeight - devicePixelRatio);
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.textAlign = 'left';
    context.fillText(word, rowHeight / 3, y + rowHeight / 2);
    context.textAlign = 'right';
    context.fillText(whole(length), width - rowHeight / 3, y + rowHeight / 2);
  }
}

function showRanking(list, words) {
  while (list.children.length < words.length) {
    list.append(createElement('li', {}, createElement('span'), createElement('span')));
  }
  while (list.children.length > words.length) list.lastChild.remove();
  for (const [place, { word, length }] of words.entries()) {
    const row = list.children[place];
    setText(row.children[0], word);
    setText(row.children[1], whole(length));
    row.style.setProperty('--part', length / words[0].length);
  }
}
