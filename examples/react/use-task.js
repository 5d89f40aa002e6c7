// A hook: work that belongs to a component, and ends with it.
import { useCallback, useEffect, useRef, useState } from 'react';
import { cooperate } from 'cooperator';

const idle = { state: 'idle', progress: undefined, result: undefined, error: undefined };

/**
 * @template T
 * @returns  what to show, and what to do: `start(work)`, which stops what ran before, `pause`, `resume` and `stop`.
 *   `state` is 'idle', 'running', 'paused', 'done', 'failed' or 'stopped'.
 */
export function useTask() {
  const [shown, show] = useState(idle);
  /** The one that is shown; news of any other are old. */
  const current = useRef(undefined);

  const stop = useCallback(() => current.current?.stop(), []);

  const start = useCallback(
    (work) => {
      stop();
      const update = (change) => {
        if (current.current === task) show((before) => ({ ...before, ...change }));
      };
      const finish = (change) => {
        update(change);
        if (current.current === task) current.current = undefined;
      };
      const task = cooperate(work, { onProgress: (progress) => update({ progress }) });
      current.current = task;
      show({ ...idle, state: 'running' });
      task.whenDone().addCallbacks(
        (result) => finish({ state: 'done', result }),
        (error) => finish(task.state === 'stopped' ? { state: 'stopped' } : { state: 'failed', error }),
      );
    },
    [stop],
  );

  const pause = useCallback(() => {
    // pauses count, and a button is easily pressed twice
    if (current.current === undefined || current.current.state === 'paused') return;
    current.current.pause();
    show((before) => ({ ...before, state: 'paused' }));
  }, []);

  const resume = useCallback(() => {
    if (current.current?.state !== 'paused') return;
    current.current.resume();
    show((before) => ({ ...before, state: 'running' }));
  }, []);

  // In strict mode React takes a component down once right after it has put it up: what has not begun is not stopped.
  useEffect(() => stop, [stop]);

  return { ...shown, start, pause, resume, stop };
}
