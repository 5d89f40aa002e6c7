// Opens async iterables. The iterator of a stream cannot be closed while its `next` waits for a chunk: `return` waits for
// that chunk, too. Streams are therefore ended directly, Node's and the web's.

import { leave } from './work-protocol.js';

/**
 * @param {any} iterable  has Symbol.asyncIterator
 * @returns {any} its iterator
 */
export function openAsyncIterator(iterable) {
  if (typeof iterable.getReader === 'function') return readWebStream(iterable);
  const iterator = iterable[Symbol.asyncIterator]();
  const isNodeStream = typeof iterable.destroy === 'function' && typeof iterable.pipe === 'function';
  return isNodeStream ? readNodeStream(iterable, iterator) : iterator;
}

/** @param {any} stream  a ReadableStream */
function readWebStream(stream) {
  const reader = stream.getReader();
  /** The stream has ended, and may have done so while `next` was pending. */
  let isOver = false;
  /** `next` was rejected with the error of the stream. */
  let hasFailed = false;
  return {
    async next() {
      try {
        const step = await reader.read();
        isOver = step.done;
        return step;
      } catch (error) {
        isOver = hasFailed = true;
        throw error;
      } finally {
        if (isOver) reader.releaseLock();
      }
    },
    async return() {
      try {
        if (!isOver) await reader.cancel();
      } catch (error) {
        if (!hasFailed) throw error;
      } finally {
        reader.releaseLock();
      }
      return { done: true, value: undefined };
    },
  };
}

const ignore = () => {};

/** @param {any} stream  a Readable @param {AsyncIterator<any>} iterator */
function readNodeStream(stream, iterator) {
  let hasStarted = false;
  let isClosed = false;
  // Node's iterator listens only from its first step, and an error without a listener ends the process. The first step
  // is rejected with an error that came before.
  stream.on('error', ignore);
  const next = async () => {
    try {
      hasStarted = true;
      const step = iterator.next();
      stream.off('error', ignore);
      return await step;
    } catch (error) {
      // Node rejects the `next` of a stream that is destroyed meanwhile.
      if (isClosed && /** @type {any} */ (error)?.code === 'ERR_STREAM_PREMATURE_CLOSE') {
        return { done: true, value: undefined };
      }
      throw error;
    }
  };
  return {
    next,
    async return() {
      isClosed = true;
      stream.destroy();
      if (hasStarted) await iterator.return?.();
      // An iterator without a first step would not tell of errors, those of `destroy` included. The step reads nothing, as
      // the stream is destroyed, and nobody waits for it: that of minipass never settles.
      else leave(next(), false);
      return { done: true, value: undefined };
    },
  };
}
