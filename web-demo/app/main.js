// The entry of the page. It imports the rest dynamically, so that the page can show why it cannot start: no
// WebAssembly, a Content-Security-Policy, a package that is not built.

import '../styles/base.css';
import '../styles/layout.css';
import '../styles/controls.css';
import '../styles/stage.css';
import '../styles/measure.css';
import '../styles/advanced.css';
import '../styles/timeline.css';
import '../styles/tasks.css';
import '../styles/cards.css';
import { showNotice } from '../panel/notices.js';

try {
  const { startPage } = await import('./start-page.js');
  await startPage();
  document.documentElement.classList.add('started');
} catch (error) {
  showNotice(`The page could not start: ${error.message}`);
}

// The service worker makes the page work offline, and gives it finer clocks from the next visit on.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('service-worker.js').catch(() => {}); // without it, the page only works online
}
