// Shows a file's text, with what is comment, string, keyword and number set apart.

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

function highlight(text) {
  const fragment = new DocumentFragment();
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    const span = Object.assign(document.createElement('span'), { className: kind, textContent: match[0] });
    fragment.append(text.slice(at, match.index), span);
    at = match.index + match[0].length;
  }
  fragment.append(text.slice(at));
  return fragment;
}

/** What is open; at most one file in the whole page, so that the cards keep their order. */
let close = () => {};

/** A button for each file, which opens it beside the view. */
export function connectSources(card, buttons, pre, sources) {
  for (const [name, load] of Object.entries(sources)) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: name });
    button.className = 'file';
    const show = (open) => {
      button.setAttribute('aria-expanded', String(open));
      card.classList.toggle('with-source', open);
      pre.hidden = !open;
    };
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', async () => {
      const open = button.getAttribute('aria-expanded') === 'false';
      close();
      close = () => {};
      if (!open) return;
      show(true);
      close = () => show(false);
      pre.setAttribute('aria-label', name);
      pre.firstElementChild.replaceChildren();
      const { default: text } = await load();
      if (button.getAttribute('aria-expanded') === 'false') return;
      pre.firstElementChild.replaceChildren(highlight(text.trimEnd()));
      pre.scrollTop = 0;
    });
    buttons.append(button);
  }
}
