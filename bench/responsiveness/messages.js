// A worker that posts the time at irregular intervals, so that they do not synchronise with frames or timers.
const INTERVALS_MS = [5, 8, 11, 7, 13];

function send(index) {
  postMessage(performance.timeOrigin + performance.now());
  setTimeout(send, INTERVALS_MS[index % INTERVALS_MS.length], index + 1);
}
send(0);
