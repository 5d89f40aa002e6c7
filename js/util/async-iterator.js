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
  let isReading = false;
  let isClosed = false;
  // Node's iterator listens only from its first step, and an error without a listener ends the process. The first step
  // is rejected with an error that came before.
  stream.on('error', ignore);
  const next = async () => {
    try {
      hasStarted = isReading = true;
      const step = iterator.next();
      stream.off('error', ignore);
      return await step;
    } catch (error) {
      // Node rejects the `next` of a stream that is destroyed meanwhile.
      if (isClosed && /** @type {any} */ (error)?.code === 'ERR_STREAM_PREMATURE_CLOSE') {
        return { done: true, value: undefined };
      }
      throw error;
    } finally {
      isReading = false;
    }
  };
  return {
    next,
    async return() {
      isClosed = true;
      // Node's iterator tells of errors, those of `destroy` included, and waits for the end only while it reads.
      const end = isReading || !tellsOfEnd(stream) ? undefined : endOf(stream);
      stream.destroy();
      const isSilent = stream._readableState?.emitClose === false;
      const isUnknown = !hasStarted && end === undefined;
      // A step reads nothing, as the stream is destroyed.
      const ended = isUnknown ? next() : Promise.all([hasStarted && iterator.return?.(), stream.destroyed && end]);
      // That of a stream that does not emit `close` may never settle, nor that of minipass.
      if (isSilent || isUnknown) leave(ended, false);
      else await ended;
      return { done: true, value: undefined };
    },
  };
}

/** @param {any} stream  a Readable @returns {Promise<void>} rejects with the error of the stream */
function endOf(stream) {
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', resolve);
    if (stream.errored) reject(stream.errored);
    else if (stream.closed) resolve();
  });
}

/** Returns true for the streams of Node 18 and later that emit `close`. @param {any} stream */
function tellsOfEnd(stream) {
  return stream.closed !== undefined && stream._readableState?.emitClose;
}
