// A hook for work that belongs to a component and ends with it.
import { useCallback, useEffect, useRef, useState } from 'react';
import { cooperate } from 'cooperator';

const idle = { state: 'idle', progress: undefined, result: undefined, error: undefined };

/**
 * Returns the values to render and the functions to call. `state` is 'idle', 'running', 'paused', 'done', 'failed' or
 * 'stopped'. `start(work)` stops the task that ran before.
 */
export function useTask() {
  const [shown, setShown] = useState(idle);
  /** The task that is shown. Updates from earlier tasks are ignored. */
  const taskRef = useRef(undefined);

  const stop = useCallback(() => taskRef.current?.stop(), []);

  const start = useCallback(
    (work) => {
      stop();
      const update = (change) => {
        if (taskRef.current === task) setShown((before) => ({ ...before, ...change }));
      };
      const finish = (change) => {
        update(change);
        if (taskRef.current === task) taskRef.current = undefined;
      };
      const task = cooperate(work, { onProgress: (progress) => update({ progress }) });
      taskRef.current = task;
      setShown({ ...idle, state: 'running' });
      task.whenDone().addCallbacks(
        (result) => finish({ state: 'done', result }),
        (error) => finish(task.state === 'stopped' ? { state: 'stopped' } : { state: 'failed', error }),
      );
    },
    [stop],
  );

  const pause = useCallback(() => {
    // pauses count, and a button may be pressed twice
    if (taskRef.current === undefined || taskRef.current.state === 'paused') return;
    taskRef.current.pause();
    setShown((before) => ({ ...before, state: 'paused' }));
  }, []);

  const resume = useCallback(() => {
    if (taskRef.current?.state !== 'paused') return;
    taskRef.current.resume();
    setShown((before) => ({ ...before, state: 'running' }));
  }, []);

  // In strict mode React unmounts a component once right after mounting it. No task has started by then.
  useEffect(() => stop, [stop]);

  return { ...shown, start, pause, resume, stop };
}
