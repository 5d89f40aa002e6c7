// Draws the film of the demo page as an animated SVG: a strip of frames that moves to the left, again and again.

const COLUMN = 4; // pixels from one frame to the next
const STRIPE = 3.5;
const ROW = 2; // vertical resolution, in pixels
const SCALE = 0.75; // of the height
const AROUND = 100; // frames that are shown before and after those of the freeze
const VIEW_WIDTH = 880;
const TOP = 54; // above the film, for the labels
const LEGEND = 44; // below it
const MS_PER_FRAME = 50; // a third of the speed of the page
const HEADROOM = 1.3; // as in web-demo/film/frame-strip.js

const LEGEND_ITEMS = [
  ['turns', 'turns, in the colours of seven tasks'],
  ['page', 'the page draws'],
  ['free', 'free for input'],
  ['late', 'late frame'],
];

/** The frame from which on the page was frozen, and the first one after that: where the most late frames are in a row. */
function findFreeze(columns) {
  const isLate = columns.map((stripes) => stripes[0]?.colour === 'bad' && stripes[0].from === 0);
  let longest = { from: 0, to: 0 };
  for (let from = 0; from < columns.length; from++) {
    let to = from;
    while (isLate[to]) to++;
    if (to - from > longest.to - longest.from) longest = { from, to };
    from = Math.max(from, to);
  }
  return longest;
}

/** How many frames of the picture are late, apart from those of the freeze. */
export function lateFrames(all) {
  const { from, to } = findFreeze(all);
  const shown = all.slice(Math.max(0, from - AROUND), to + AROUND);
  return shown.filter((stripes) => stripes[0]?.colour === 'bad').length - (to - from);
}

/** One path for each colour: a vertical line for each stripe. */
function paths(columns, shift) {
  const lines = {};
  for (const [index, stripes] of columns.entries()) {
    const x = index * COLUMN + STRIPE / 2; // the middle of the line
    for (const { colour, from, to } of coarse(stripes)) {
      (lines[colour] ??= []).push(`M${x} ${from + shift}v${to - from}`);
    }
  }
  return Object.entries(lines).map(([colour, parts]) => `<path class="${colour}" d="${parts.join('')}"/>`);
}

const row = (y) => Math.round((y * SCALE) / ROW) * ROW;

/** The same stripes in steps of ROW pixels; shorter ones are dropped. */
function coarse(stripes) {
  const result = [];
  for (const { colour, from, to } of stripes) {
    const stripe = { colour, from: row(from), to: row(to) };
    if (stripe.to === stripe.from) continue;
    const last = result.at(-1);
    if (last?.colour === colour && last.to === stripe.from) last.to = stripe.to;
    else result.push(stripe);
  }
  return result;
}

/** @param {{ columns: object[][], height: number, colours: object, effect: string }} film @returns {string} */
export function drawFilm({ columns: all, height: fullHeight, colours, effect }) {
  const height = row(fullHeight);
  const found = findFreeze(all);
  const columns = all.slice(Math.max(0, found.from - AROUND), found.to + AROUND);
  const freeze = findFreeze(columns);
  const width = columns.length * COLUMN;
  const frozen = effect.match(/frozen for ([\d.]+ m?s)/)[1];
  const due = TOP + height * (1 - 1 / HEADROOM);
  const label = (className, from, to, text) => {
    const x = from * COLUMN,
      right = to * COLUMN - COLUMN / 2;
    return (
      `<path class="bracket ${className}" d="M${x} ${TOP - 8}v-6H${right}v6"/>` +
      `<text class="label ${className}" x="${(x + right) / 2}" y="${TOP - 22}">${text}</text>`
    );
  };
  const scheme = (name) =>
    Object.entries(colours[name])
      .map(([colour, value]) => `--${colour}:${value}`)
      .join(';');
  const strokes = Object.keys(colours.light)
    .map((colour) => `.${colour}{stroke:var(--${colour})}`)
    .join('');
  const strip = [
    ...paths(columns, TOP),
    label('on', 0, freeze.from, 'cooperator on'),
    label('off', freeze.from, freeze.to, `off: the page is frozen for ${frozen}`),
    label('on', freeze.to, columns.length, 'on again'),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${VIEW_WIDTH} ${TOP + height + LEGEND}" role="img">
<title>The frames of a page in which seven computations run: with cooperator every frame is drawn in time; without it, the page is frozen for ${frozen}</title>
<style>
svg{${scheme('light')};font:15px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{${scheme('dark')}}}
.back{fill:var(--panel)}.film{fill:var(--sunken)}
path{fill:none;stroke-width:${STRIPE}}
${strokes}
.bracket{stroke-width:2}.on.bracket{stroke:var(--accent)}.off.bracket{stroke:var(--bad)}
.label{text-anchor:middle;font-weight:600;font-size:16px}.on.label{fill:var(--accent)}.off.label{fill:var(--bad)}
.due{stroke:var(--bad);stroke-width:1;stroke-dasharray:4 4}
.legend,.note{font-size:14px}.legend{fill:var(--text)}.note{fill:var(--quiet);text-anchor:end}
#strip{animation:film ${((columns.length * MS_PER_FRAME) / 1000).toFixed(1)}s linear infinite}
@keyframes film{to{transform:translateX(-${width}px)}}
@media(prefers-reduced-motion:reduce){#strip{animation:none;transform:translateX(-${Math.max(0, freeze.from * COLUMN - VIEW_WIDTH / 3)}px)}}
</style>
<rect class="back" width="100%" height="100%" rx="8"/>
<rect class="film" y="${TOP}" width="100%" height="${height}"/>
<g id="strip"><g id="once">${strip.join('\n')}</g><use href="#once" x="${width}"/></g>
<path class="due" d="M0 ${due}H${VIEW_WIDTH}"/>
${legend(TOP + height + 28)}
</svg>
`;
}

function legend(y) {
  const samples = {
    turns: [
      ['task-0', -14, 5],
      ['task-1', -9, 4],
      ['task-2', -5, 4],
      ['task-3', -1, 4],
    ],
    page: [['page-work', -14, 17]],
    free: [],
    late: [
      ['bad', -14, 4],
      ['task-0', -10, 13],
    ],
  };
  let x = 16;
  const items = LEGEND_ITEMS.map(([name, text]) => {
    const at = x;
    x += 28 + text.length * 7.3;
    return (
      `<rect class="film" x="${at}" y="${y - 14}" width="9" height="17"/>` +
      samples[name]
        .map(([colour, dy, h]) => `<path class="${colour}" d="M${at + 4.5} ${y + dy}v${h}" stroke-width="9"/>`)
        .join('') +
      `<text class="legend" x="${at + 16}" y="${y}">${text}</text>`
    );
  });
  return `${items.join('')}<text class="note" x="${VIEW_WIDTH - 16}" y="${y}">dashed: frame due</text>`;
}
