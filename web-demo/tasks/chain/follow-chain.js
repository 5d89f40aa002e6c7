// Fetches a reply, waits, and continues with the next one that the reply names. The task waits for a promise that it
// yields. The promise's value is the result of `yield`, and its error is thrown there. A waiting task costs nothing.

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export function* followChain(first, { signal, progress, onReply }) {
  let replies = 0;
  for (let url = first; url !== undefined;) {
    const response = yield fetch(url, { signal });
    if (!response.ok) throw new Error(`${url.pathname.split('/').slice(-2).join('/')}: HTTP ${response.status}`);
    const { text, next, of, waitMs } = yield response.json();
    onReply(text);
    progress(++replies, of);
    yield pause(waitMs);
    url = next === undefined ? undefined : new URL(next, url);
  }
  return replies;
}
