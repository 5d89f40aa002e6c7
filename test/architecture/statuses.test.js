// The statuses of include/cooperator/status.h, and what JavaScript makes of them.
import * as constants from '../../js/core/constants.js';
import { errorFor } from '../../js/core/results.js';
import { read } from './sources.js';

const statuses = [...read('include/cooperator/status.h').matchAll(/^\s*X\((\w+), (\d+), "/gm)].map(
  ([, name, number]) => ({ name, number: Number(number) }),
);

test('constants.js has the same names and numbers', () => {
  expect(statuses.length).toBeGreaterThan(0);
  expect(constants.STATUS_NAMES.map((name, number) => ({ name, number }))).toEqual(statuses);
  expect(statuses.map(({ name }) => ({ name, number: constants[name] }))).toEqual(statuses);
});

test('each status that is an error becomes its own error', () => {
  const isError = ({ name }) => !['OK', 'PENDING', 'FAILURE'].includes(name);
  const names = statuses.filter(isError).map(({ name, number }) => [name, errorFor(number).name]);
  expect(Object.fromEntries(names)).toEqual({
    NO_MEMORY: 'RangeError',
    INVALID_ARGUMENT: 'Error',
    SCHEDULER_STOPPED: 'SchedulerStopped',
    TASK_DONE: 'TaskDone',
    TASK_FAILED: 'TaskFailed',
    TASK_STOPPED: 'TaskStopped',
    NOT_PAUSED: 'NotPaused',
    ALREADY_CALLED: 'AlreadyCalledError',
    CANCELLED: 'CancelledError',
    TIMED_OUT: 'TimeoutError',
    CIRCULAR: 'TypeError',
    HOST_FAILED: 'Error',
  });
});
