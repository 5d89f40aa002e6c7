// Measures the modes one after another, with the same work, and goes back to where it was.

import { MODES } from './settings.js';

const EACH_MS = 4000;

export function offerComparison(button, settings, announce) {
  const text = button.textContent;
  let running = false;
  button.addEventListener('click', async () => {
    if (running) return;
    running = true;
    button.setAttribute('aria-disabled', 'true');
    const before = settings.mode;
    for (const [index, mode] of MODES.entries()) {
      button.textContent = `Measuring ${index + 1} of ${MODES.length} …`;
      settings.set('mode', mode, true);
      await new Promise((resolve) => {
        setTimeout(resolve, EACH_MS);
      });
      if (settings.mode !== mode) break; // the visitor has other plans
      if (mode === MODES.at(-1)) settings.set('mode', before, true);
    }
    button.textContent = text;
    button.removeAttribute('aria-disabled');
    running = false;
    announce('The comparison is over.');
  });
}
