// Shows a source file with highlighted comments, strings, keywords and numbers.

import { createElement } from '../util/dom.js';

const KEYWORDS = `async await break case catch class const continue default delete do double else enum export extends
  extern false finally float for from function if import in inline int let new null of return sizeof static struct
  switch this throw true try typedef typeof uint8_t uint32_t uint64_t int32_t undefined unsigned void while yield bool`
  .split(/\s+/)
  .join('|');
const TOKENS = new RegExp(
  [
    /(?<comment>\/\*[^]*?\*\/|\/\/[^\n]*)/,
    /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|^\s*#\s*include\s*<[^>]*>)/,
    new RegExp(`(?<keyword>\\b(?:${KEYWORDS})\\b|^#\\w+)`),
    /(?<number>\b(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?)\b)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gim',
);

/** The text with its comments, strings, keywords and numbers in elements of these classes. */
export function highlight(text) {
  const fragment = new DocumentFragment();
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    fragment.append(text.slice(at, match.index), createElement('span', { className: kind, textContent: match[0] }));
    at = match.index + match[0].length;
  }
  fragment.append(text.slice(at));
  return fragment;
}

/** Closes the open file. At most one file is open on the whole page, so that the cards keep their order. */
let closeOpenFile = () => {};

/**
 * Adds a button for each file, which opens the file beside the view of the card.
 * @param {Record<string, () => Promise<{ default: string }>>} sources  by file name, what imports the text
 */
export function connectSources(card, buttons, pre, sources) {
  for (const [name, load] of Object.entries(sources)) {
    const button = createElement('button', { type: 'button', className: 'file', textContent: name });
    const isOpen = () => button.getAttribute('aria-expanded') === 'true';
    const setOpen = (open) => {
      button.setAttribute('aria-expanded', String(open));
      card.classList.toggle('with-source', open);
      pre.hidden = !open;
    };
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', async () => {
      const wasOpen = isOpen();
      closeOpenFile();
      closeOpenFile = () => {};
      if (wasOpen) return;
      setOpen(true);
      closeOpenFile = () => setOpen(false);
      pre.setAttribute('aria-label', name);
      pre.firstElementChild.replaceChildren();
      const { default: text } = await load();
      if (!isOpen()) return; // closed again while it was loading
      pre.firstElementChild.replaceChildren(highlight(text.trimEnd()));
      pre.scrollTop = 0;
    });
    buttons.append(button);
  }
}
