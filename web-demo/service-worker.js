// Keeps the page for when there is no network: all its files are stored when it is first visited, and served from
// there. A new build has another version, is stored beside the old one, and replaces it at the next visit.
// `FILES` and `VERSION` are put in front of this by the build (vite.config.js).
/* global FILES, VERSION */

const NAME = `cooperator-demo-${VERSION}`;

// A page with these headers is isolated from others', and browsers give it finer clocks: turns are shorter than the
// millisecond that they tell else.
const ISOLATION = {
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
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(NAME);
  const stored = await cache.match(request, { ignoreSearch: true });
  const response = stored ?? (await fetch(request));
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
