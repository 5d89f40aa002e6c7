// The next turn of the event loop, in any host.

/** Resolves, to `value`, when what is pending now has had its turn: sooner than a timer, which hosts may delay. */
export function turn(value) {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve, value);
    } else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(value);
      };
      port2.postMessage(undefined);
    }
  });
}
