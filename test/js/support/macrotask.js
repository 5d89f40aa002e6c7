// The next macrotask, in any host.

/** Resolves to `value` in a macrotask after those that are pending now. Not a timer: hosts may delay timers. */
export function nextMacrotask(value) {
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
