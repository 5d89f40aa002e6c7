// Renders a book in Markdown with marked and highlight.js, which know nothing of cooperator: in one piece, which freezes
// the page, and section by section in a task.
import hljs from 'highlight.js';
import { Marked } from 'marked';
import { cooperate } from 'cooperator';
import { forEach } from 'cooperator/work';
import { writeBook } from './book.js';
import { watchFrames } from './frames.js';

const article = document.querySelector('article');
const bar = document.querySelector('progress');
const output = document.querySelector('output');
const [inOnePiece, inTurns, stop] = document.querySelectorAll('button');
const frames = watchFrames(document.querySelector('canvas'));

const marked = new Marked({
  renderer: {
    code: ({ text, lang }) => `<pre><code>${hljs.highlight(text, { language: lang }).value}</code></pre>`,
  },
});
const sections = writeBook().split(/^(?=##? )/m);
let task;

function show(section) {
  const element = document.createElement('section');
  element.innerHTML = marked.parse(section);
  article.append(element);
}

/** Empties the page, renders the book into it, and says how long the page did not draw meanwhile. */
async function measure(render) {
  article.replaceChildren();
  bar.value = 0;
  inOnePiece.disabled = inTurns.disabled = true;
  output.textContent = 'rendering …';
  await frames.restart();
  const began = performance.now();
  let end = 'stopped';
  try {
    await render();
    end = 'rendered';
  } catch (error) {
    if (task?.state !== 'stopped') throw error;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const longest = Math.round(await frames.longest());
  output.textContent = `${article.children.length} sections ${end} in ${seconds} s; longest frame: ${longest} ms`;
  inOnePiece.disabled = inTurns.disabled = false;
}

inOnePiece.addEventListener('click', () =>
  measure(async () => {
    for (const section of sections) show(section);
    bar.value = 1;
  }),
);

inTurns.addEventListener('click', () =>
  measure(async () => {
    stop.disabled = false;
    task = cooperate(forEach(sections, show), {
      onProgress({ done, total }) {
        bar.value = done / total;
      },
    });
    try {
      await task;
    } finally {
      stop.disabled = true;
    }
  }),
);

stop.addEventListener('click', () => task.stop());
