// The two interfaces that decide when slices run and how long they last. Users may implement both.

/**
 * Requests one slice: makes the host call `slice` once, usually later; it may also call it before it returns. May
 * return an object whose `cancel` withdraws the request. Without `cancel`, the host calls `slice` even if it is no
 * longer needed; such a call runs the slice that is pending by then, if there is one.
 *
 * ```js
 * const scheduler = (slice) => {
 *   const timer = setTimeout(slice, 50);
 *   return { cancel: () => clearTimeout(timer) };
 * };
 * ```
 * @typedef {(slice: () => void) => { cancel(): void } | void} Scheduler
 */

/**
 * Called at the start of each slice; returns the slice's termination predicate. The predicate is called after every
 * turn, and whenever work calls `shouldYield`. The slice ends when it returns true.
 *
 * ```js
 * const tenTurns = () => {
 *   let turns = 0;
 *   return () => ++turns >= 10;
 * };
 * ```
 * @typedef {() => () => boolean} TerminationPredicateFactory
 */

export {};
