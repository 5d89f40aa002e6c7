// Numbers of the C headers. Generated from src/wasm/constants.c: node scripts/constants.mjs

// coop_status
export const OK = 0;
export const PENDING = 1;
export const FAILURE = 2;
export const NO_MEMORY = 3;
export const INVALID_ARGUMENT = 4;
export const SCHEDULER_STOPPED = 5;
export const TASK_DONE = 6;
export const TASK_FAILED = 7;
export const TASK_STOPPED = 8;
export const NOT_PAUSED = 9;
export const ALREADY_CALLED = 10;
export const CANCELLED = 11;
export const TIMED_OUT = 12;
export const CIRCULAR = 13;
export const HOST_FAILED = 14;
export const STATUS_NAMES = [
  'OK',
  'PENDING',
  'FAILURE',
  'NO_MEMORY',
  'INVALID_ARGUMENT',
  'SCHEDULER_STOPPED',
  'TASK_DONE',
  'TASK_FAILED',
  'TASK_STOPPED',
  'NOT_PAUSED',
  'ALREADY_CALLED',
  'CANCELLED',
  'TIMED_OUT',
  'CIRCULAR',
  'HOST_FAILED',
];

// coop_turn
export const MORE = 0;
export const DONE = 1;
export const FAILED = 2;
export const WAIT = 3;

// coop_state
export const STATE_RUNNABLE = 0;
export const STATE_PAUSED = 1;
export const STATE_WAITING = 2;
export const STATE_DONE = 3;
export const STATE_FAILED = 4;
export const STATE_STOPPED = 5;
export const STATE_STOPPING = 6;
export const STATE_NAMES = ['runnable', 'paused', 'waiting', 'done', 'failed', 'stopped', 'stopping'];

// coop_fairness
export const FAIR_BY_TURNS = 0;
export const FAIR_BY_TIME = 1;

// invocation, in src/wasm/interface.h
export const CALLBACK = 0;
export const OBSERVER = 1;
export const CANCELLER = 2;
export const START_TIMER = 3;
export const STOP_TIMER = 4;

// coop_slice_limit, offsets in bytes
export const SLICE_LIMIT_MS = 0;
export const SLICE_LIMIT_TURNS = 8;
export const SLICE_LIMIT_ASK = 12;
export const SLICE_LIMIT_HINT = 13;

// coop_result, offsets in bytes
export const RESULT_STATUS = 0;
export const RESULT_VALUE = 4;

// coop_cooperator_stats, offsets in bytes
export const COOPERATOR_STATS_SLICES = 0;
export const COOPERATOR_STATS_TURNS = 8;
export const COOPERATOR_STATS_BUSY_MS = 16;
export const COOPERATOR_STATS_LONGEST_SLICE_MS = 24;
export const COOPERATOR_STATS_LONGEST_TURN_MS = 32;

// coop_task_stats, offsets in bytes
export const TASK_STATS_TURNS = 0;
export const TASK_STATS_BUSY_MS = 8;
export const TASK_STATS_LONGEST_TURN_MS = 16;

// entry, offsets in bytes
export const ENTRY_NAME = 0;
export const ENTRY_FUNCTION = 4;
export const ENTRY_SIZE = 8;
