// Follows a chain of replies, each of which names the next one. A checkbox breaks the chain, to show how a task fails.

import { createElement } from '../../util/dom.js';
import { followChain } from './follow-chain.js';

export const chain = {
  id: 'chain',
  title: 'Fetch, wait, go on',
  language: 'JavaScript',
  about: 'Waits for the network and for timers, at no cost. A failure is thrown as an error where the task waits.',
  sources: {
    'follow-chain.js': () => import('./follow-chain.js?raw'),
  },

  createView({ element, restart }) {
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
    };
  },
};
