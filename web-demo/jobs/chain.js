// A chain of replies, each of which names the next; and what it looks like when one does not come.

import { html } from '../display.js';
import { followChain } from '../work/chain.js';

export const chain = {
  id: 'chain',
  title: 'Fetch, wait, go on',
  language: 'JavaScript',
  about: 'Waits for the network and for time, and costs nothing meanwhile. What fails is thrown where it was awaited.',
  sources: {
    'chain.js': () => import('../work/chain.js?raw'),
  },

  view({ element, restart }) {
    const links = html('ol', { className: 'links' });
    const broken = html('input', { type: 'checkbox' });
    broken.dataset.testid = 'break-chain';
    broken.addEventListener('change', restart);
    element.append(
      html(
        'div',
        { className: 'chain-view' },
        links,
        html('label', { className: 'check' }, broken, ' a link is missing'),
      ),
    );

    return {
      begin() {
        links.replaceChildren();
        const first = new URL(broken.checked ? 'chain/broken.json' : 'chain/1.json', document.baseURI);
        return function* chain({ signal, progress }) {
          const count = yield* followChain(first, {
            signal,
            progress,
            arrived(text) {
              links.append(html('li', {}, text));
            },
          });
          return `${count} replies`;
        };
      },
    };
  },
};
