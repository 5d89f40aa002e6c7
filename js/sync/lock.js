// A semaphore for one: Twisted's DeferredLock.

import { Semaphore } from './semaphore.js';

/**
 * Lets one caller in at a time; the others wait in line. Twisted's DeferredLock.
 *
 * @example
 * const lock = new Lock();
 * await lock.run(async () => writeFile(path, update(await readFile(path))));
 */
export class Lock extends Semaphore {
  constructor() {
    super(1);
  }

  /** True while somebody is in. */
  get locked() {
    return this.active === 1;
  }

  /** @override */
  get [Symbol.toStringTag]() {
    return 'Lock';
  }

  /** @override */
  get limit() {
    return 1;
  }

  /** @override */
  set limit(limit) {
    throw new TypeError('Lock.limit is always 1; use a Semaphore');
  }
}
