// A signal that counts the listeners on it.

export function countListeners() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set();
  let added = 0;
  signal.addEventListener = (type, listener, ...more) => {
    added++;
    listeners.add(listener);
    EventTarget.prototype.addEventListener.call(signal, type, listener, ...more);
  };
  signal.removeEventListener = (type, listener, ...more) => {
    listeners.delete(listener);
    EventTarget.prototype.removeEventListener.call(signal, type, listener, ...more);
  };
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    /** How many listeners are there now. */
    listeners: () => listeners.size,
    /** How many were added. */
    added: () => added,
  };
}
