// The page proper is imported late, so that whatever keeps it from starting (no WebAssembly, a
// Content-Security-Policy, a package that is not built) can be shown on the page.

import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/stage.css';
import './styles/timeline.css';
import './styles/tasks.css';
import './styles/cards.css';

try {
  const { startPage } = await import('./page.js');
  await startPage();
  document.documentElement.classList.add('started');
} catch (error) {
  const notice = document.getElementById('notice');
  notice.textContent = `The page could not start: ${error.message}`;
  notice.hidden = false;
}

// Offline after the first visit; and in a page that came through it, clocks are finer (service-worker.js).
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('service-worker.js').catch(() => {}); // not from here: then only online
}
