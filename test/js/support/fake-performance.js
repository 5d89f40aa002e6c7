// Makes the clock that the package reads a fake one. The package captures performance.now when it is imported, so this
// file must be imported before it.

let now = () => 0;

Object.defineProperty(globalThis.performance, 'now', { value: () => now(), configurable: true });

/** Gives performance.now back to everything that is imported after the package. */
export function restorePerformance() {
  delete globalThis.performance.now;
}

/** From now on the package reads this clock. @param {{ now(): number }} clock */
export function useClock(clock) {
  now = () => clock.now();
}
