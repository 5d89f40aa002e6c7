// Turns anything that can deliver messages into a scheduler.

/** @typedef {import('./types.js').Scheduler} Scheduler */

/**
 * Delivers messages to the scheduler that opened it.
 * @typedef {object} Channel
 * @property {() => void} post  sends a message
 * @property {{ ref(): void, unref(): void, close(): void }} [port]  where a listening port keeps the process alive
 */

/**
 * Creates a scheduler that runs one slice per message, in the order of the requests. A message whose own request was
 * cancelled serves the next one. The channel is opened at the first request.
 * @param {(onMessage: () => void) => Channel} open  returns a channel that calls `onMessage` for each message
 * @returns {(slice: () => void) => { cancel(): void, isMessage: true }}
 */
export function messageScheduler(open) {
  /**
   * An array, not a Set: in Firefox, removing the first element of a Set takes as long as the message itself.
   * @type {{ slice: () => void }[]}
   */
  const requests = [];
  /** Messages that were posted and have not arrived. */
  let inFlight = 0;
  /** @type {Channel | undefined} */
  let channel;

  const onMessage = () => {
    inFlight--;
    try {
      requests.shift()?.slice();
    } finally {
      releasePort();
    }
  };
  // Only a pending slice should keep the process alive. `unref` is not enough in Deno if it is called by the port's own
  // listener, so the port is closed as soon as no message is in flight.
  const releasePort = () => {
    const port = channel?.port;
    if (requests.length !== 0 || port === undefined) return;
    port.unref();
    if (inFlight !== 0) return;
    port.close();
    channel = undefined;
  };

  return (slice) => {
    channel ??= open(onMessage);
    if (requests.length === 0) channel.port?.ref();
    const request = { slice };
    requests.push(request);
    if (inFlight < requests.length) {
      inFlight++;
      channel.post();
    }
    return {
      isMessage: true,
      cancel() {
        const index = requests.indexOf(request);
        if (index === -1) return;
        requests.splice(index, 1);
        releasePort();
      },
    };
  };
}
