// Says ten times a second what time it is, not quite regularly, so that it does not keep step with the frames.

const EVERY_MS = 100;
let active = true;

function send() {
  if (active) postMessage(performance.timeOrigin + performance.now());
  setTimeout(send, EVERY_MS * (0.7 + 0.6 * Math.random()));
}

addEventListener('message', ({ data }) => {
  active = data;
});
send();
