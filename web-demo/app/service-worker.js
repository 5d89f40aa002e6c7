// Makes the page work offline. The first visit stores all files of the page, and later visits are served from there. A
// new build has another VERSION: it is stored beside the old one, and replaces it at the next visit.
// vite.config.js prepends the definitions of FILES and VERSION.
/* global FILES, VERSION */

const NAME = `cooperator-demo-${VERSION}`;

// These headers isolate the page from other sites. In return, browsers give it finer clocks: without them, some round
// to a millisecond, which is longer than a turn.
const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(FILES))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('cooperator-demo-') && name !== NAME) await caches.delete(name);
      }
      await clients.claim();
    })(),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(respond(request));
});

async function respond(request) {
  const cache = await caches.open(NAME);
  const stored = await cache.match(request, { ignoreSearch: true });
  const response = stored ?? (await fetch(request));
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION_HEADERS)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
