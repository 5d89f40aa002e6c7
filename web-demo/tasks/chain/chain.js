// Follows a chain of replies, each of which names the next one. A checkbox breaks the chain, to show how a task fails.

import { colourOf, colours } from '../../util/colours.js';
import { createElement } from '../../util/dom.js';
import { followChain } from './follow-chain.js';

export const chain = {
  id: 'chain',
  title: 'Fetch, wait, go on',
  shortTitle: 'Fetch',
  language: 'JavaScript',
  about: 'Waits for the network and for timers, at no cost. A failure is thrown as an error where the task waits.',
  sources: {
    'follow-chain.js': () => import('./follow-chain.js?raw'),
  },

  createView({ element, slot, restart }) {
    const links = createElement('ol', { className: 'links' });
    const broken = createElement('input', { type: 'checkbox' });
    broken.dataset.testid = 'break-chain';
    broken.addEventListener('change', restart);
    element.append(
      createElement(
        'div',
        { className: 'chain-view' },
        links,
        createElement('label', { className: 'check' }, broken, ' Break the chain'),
      ),
    );

    return {
      createWork() {
        links.replaceChildren();
        const first = new URL(broken.checked ? 'chain/broken.json' : 'chain/1.json', document.baseURI);
        return function* chain({ signal, progress }) {
          const count = yield* followChain(first, {
            signal,
            progress,
            onReply(text) {
              links.append(createElement('li', {}, text));
            },
          });
          return `${count} replies`;
        };
      },
      drawThumbnail: (context) => drawThumbnail(context, links.children.length, colourOf(slot)),
    };
  },
};

const REPLIES = 6;

/** A chain of beads: those of the replies that have arrived are filled, and the task waits for the next one. */
function drawThumbnail(context, arrived, colour) {
  const { width, height } = context.canvas;
  const radius = width / REPLIES / 4;
  const x = (reply) => ((reply + 0.5) / REPLIES) * width;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colours.line;
  context.fillRect(x(0), height / 2 - radius / 4, x(REPLIES - 1) - x(0), radius / 2);
  for (let reply = 0; reply < REPLIES; reply++) {
    const isNext = reply === arrived;
    context.beginPath();
    context.arc(x(reply), height / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = reply < arrived ? colour : colours.line;
    context.fill();
    if (!isNext) continue;
    context.strokeStyle = colour;
    context.lineWidth = radius / 3;
    context.stroke();
  }
}
