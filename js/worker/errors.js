// Errors that come from workers.

/**
 * A worker could not be started, could not load its module, or has ended before its job.
 * @example
 * await task.catch((error) => {
 *   if (!(error instanceof WorkerError)) throw error; // thrown by the function in the worker
 *   console.error('no worker:', error.message);
 * });
 */
export class WorkerError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the worker has ended before its job', options) {
    super(message, options);
  }
}
// A minifier may rename the class, but not this string.
Object.defineProperty(WorkerError.prototype, 'name', { value: 'WorkerError', configurable: true, writable: true });

/** @type {any} */
const host = globalThis;

/**
 * Makes an error of what thread.js has sent: of the class of the language that it had, with its name, message and stack
 * and with those of its own properties that could be cloned.
 * @param {any} sent
 * @returns {any}
 */
export function decodeError(sent) {
  if (sent.kind === undefined) return sent.value;
  const { kind, name, message, stack, own, cause, errors } = sent;
  if (kind === 'DOMException') return new host.DOMException(message, name);
  const options = cause === undefined ? undefined : { cause: decodeError(cause) };
  const error =
    kind === 'AggregateError'
      ? new AggregateError((errors ?? []).map(decodeError), message, options)
      : new host[kind](message, options);
  const hidden = (/** @type {unknown} */ value) => ({ value, configurable: true, writable: true });
  if (error.name !== name) Object.defineProperty(error, 'name', hidden(name));
  Object.defineProperty(error, 'stack', hidden(stack));
  return Object.assign(error, own);
}
