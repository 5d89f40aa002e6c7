// Errors that have no caller and no handler to go to.

/**
 * Reports an error the way the host reports an unhandled rejection.
 * @param {unknown} error
 */
export function reportUnhandled(error) {
  void Promise.reject(error);
}
