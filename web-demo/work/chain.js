// Fetches, waits and goes on: each reply names the next one. A promise that is yielded is waited for, its value comes
// back, and its error is thrown here. A task that waits costs nothing.

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export function* followChain(first, { signal, progress, arrived }) {
  let links = 0;
  for (let url = first; url !== undefined;) {
    const response = yield fetch(url, { signal });
    if (!response.ok) throw new Error(`${url.pathname.split('/').slice(-2).join('/')}: HTTP ${response.status}`);
    const { text, next, of, waitMs } = yield response.json();
    arrived(text);
    progress(++links, of);
    yield pause(waitMs);
    url = next === undefined ? undefined : new URL(next, url);
  }
  return links;
}
