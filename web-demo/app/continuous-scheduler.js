// A scheduler that can also run its slices one after another without a break. The page then has no time to draw or to
// respond: that is what the same work does without a cooperator.

/**
 * Wraps a scheduler. Properties that the package gave the scheduler are kept.
 * @param {import('cooperator').Scheduler} scheduler
 * @returns {{ scheduler: import('cooperator').Scheduler, runWithoutBreak: (ms: number) => void }}
 */
export function continuousScheduler(scheduler) {
  let pending; // the slice that has been requested and has not run
  let call; // what the scheduler returned for it
  let isContinuous = false;

  function request() {
    call = scheduler(() => {
      const slice = pending;
      pending = undefined;
      slice();
    });
  }

  function schedule(slice) {
    pending = slice;
    if (!isContinuous) request();
    return {
      cancel() {
        pending = undefined;
        call?.cancel();
      },
    };
  }

  return {
    scheduler: Object.assign(schedule, scheduler),
    /** Runs slices until there are none, or for `ms` milliseconds and then the rest of a slice. */
    runWithoutBreak(ms) {
      const end = performance.now() + ms;
      call?.cancel();
      isContinuous = true;
      try {
        while (pending !== undefined && performance.now() < end) {
          const slice = pending;
          pending = undefined;
          slice();
        }
      } finally {
        isContinuous = false;
        if (pending !== undefined) request();
      }
    },
  };
}
