// The error classes of `cooperator/preemptible`.

/**
 * The bytes are no WebAssembly module, or contain something that is unknown.
 * @example
 * try {
 *   instrument(bytes);
 * } catch (error) {
 *   if (error instanceof InvalidModule) console.error(`${error.message}, at byte ${error.offset}`);
 * }
 */
export class InvalidModule extends Error {
  /** @param {string} message @param {number} offset  where in the bytes */
  constructor(message, offset) {
    super(message);
    /** Where in the bytes. @type {number} */
    this.offset = offset;
  }
}

/**
 * A plain call on an instance in which a task's call is suspended, perhaps in the middle of `malloc`.
 * @example
 * const task = cooperate(instance.call(instance.exports.sum, 1000));
 * await task; // a call of instance.exports.sum before its end may throw InstanceBusy
 * console.log(instance.exports.sum(10));
 */
export class InstanceBusy extends Error {}

/**
 * The instance was left in the middle of a call that was stopped. Make another instance.
 * @example
 * task.stop();
 * await task.catch(() => {});
 * console.log(instance.state); // 'lost': instance.exports.sum() throws InstanceLost
 */
export class InstanceLost extends Error {}

/**
 * A call has taken longer than its `limit`.
 * @example
 * try {
 *   instance.limit(50, instance.exports.compute, 1e12);
 * } catch (error) {
 *   if (!(error instanceof TimeLimit)) throw error; // it took more than 50 ms
 * }
 */
export class TimeLimit extends Error {}

for (const [name, { prototype }] of Object.entries({ InvalidModule, InstanceBusy, InstanceLost, TimeLimit })) {
  // A minifier may rename the classes, but not these strings.
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}
