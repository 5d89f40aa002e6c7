// Sends the time to the page about ten times a second. The intervals vary, so that the probes do not fall into step
// with the frames. The page sends `false` to pause the probes and `true` to continue.

const INTERVAL_MS = 100;
let timer;

function send() {
  postMessage(performance.timeOrigin + performance.now());
  timer = setTimeout(send, INTERVAL_MS * (0.7 + 0.6 * Math.random()));
}

addEventListener('message', ({ data: active }) => {
  clearTimeout(timer);
  if (active) send();
});
send();
