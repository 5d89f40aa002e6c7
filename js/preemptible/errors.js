// The error classes of `cooperator/preemptible`.

/** The bytes are no WebAssembly module, or contain something that is unknown. */
export class InvalidModule extends Error {
  /** @param {string} message @param {number} offset  where in the bytes */
  constructor(message, offset) {
    super(message);
    /** Where in the bytes. @type {number} */
    this.offset = offset;
  }
}

/** A plain call on an instance in which a task's call is suspended, perhaps in the middle of `malloc`. */
export class InstanceBusy extends Error {}

/** The instance was left in the middle of a call that was stopped. Make another instance. */
export class InstanceLost extends Error {}

/** A call has taken longer than its `limit`. */
export class TimeLimit extends Error {}

for (const [name, { prototype }] of Object.entries({ InvalidModule, InstanceBusy, InstanceLost, TimeLimit })) {
  // A minifier may rename the classes, but not these strings.
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}
