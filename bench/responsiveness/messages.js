// Tells the page the time, now and then; the intervals differ, so that no frame or timer keeps step with them.
const INTERVALS_MS = [5, 8, 11, 7, 13];

function send(index) {
  postMessage(performance.timeOrigin + performance.now());
  setTimeout(send, INTERVALS_MS[index % INTERVALS_MS.length], index + 1);
}
send(0);
