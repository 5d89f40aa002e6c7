// What the package reports to the host, because no cooperator is concerned.
import { flushMicrotasks } from './setup.js';

/**
 * The errors that the package reports to the host while `action` runs, and in the microtasks after it.
 * @param {(reported: unknown[]) => unknown} action  receives the list
 */
export async function reportedBy(action) {
  const reported = [];
  const { reject } = Promise;
  Promise.reject = (error) => {
    reported.push(error);
    return new Promise(() => {});
  };
  try {
    await action(reported);
    await flushMicrotasks();
  } finally {
    Promise.reject = reject;
  }
  return reported;
}
