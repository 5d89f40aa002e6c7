// Replays the scripts of test/traces (README.md there describes the format) on the package or on an implementation with
// the same interface. The log holds each line of the script, followed by the events that it caused.

/** Later actions do nothing: procedures may call one another without end. */
const MAX_ACTIONS = 5000;

/** How long a turn takes at least if time limits slices. Longer than the core goes without reading the clock. */
const TURN_MS = 0.25;

/** Yielded by the generator of a task in the middle of a turn: the turn is suspended (S12). */
const SUSPEND = Symbol('suspend');

/** Splits a text into words; `key=value` words become options. */
function splitWords(text) {
  const words = [];
  const options = {};
  for (const word of text.split(' ')) {
    const at = word.indexOf('=');
    if (at > 0) options[word.slice(0, at)] = word.slice(at + 1);
    else words.push(word);
  }
  return { words, options };
}

/** The number of words of each action. */
const ACTIONS = {
  say: 2,
  spend: 2,
  do: 2,
  add: 2,
  pause: 2,
  resume: 2,
  stop: 2,
  'on-done': 3,
  ask: 2,
  'when-done': 3,
  state: 2,
  abort: 2,
  hook: 3,
  deferred: 2,
  callback: 3,
  errback: 3,
  fire: 3,
  cancel: 2,
  hold: 2,
  'let-go': 2,
  chain: 3,
  timeout: 3,
  on: 6,
  called: 2,
  'start-cooperator': 1,
  'stop-cooperator': 1,
  'dispose-cooperator': 1,
  running: 1,
  tasks: 1,
  slice: 1,
};
/** The least number of words of each other command. */
const COMMANDS = { cooperator: 1, task: 2, procedure: 2, pump: 1, continue: 1, advance: 2, end: 1 };
/** The numbers of words that each end of a turn may have. */
const ENDS = { more: [1], forever: [1], wait: [2], done: [1, 2], fail: [2] };

function parseAction(text) {
  const action = splitWords(text);
  if (ACTIONS[action.words[0]] !== action.words.length) throw new Error(`not an action: ${text}`);
  return action;
}

const parseActions = (text) => text.split(' ; ').map(parseAction);

/** The name of an error in the log: the script's own word, or the status of C (TaskStopped is TASK_STOPPED). */
export function statusName(error) {
  if (error?.name === 'Error') return error.message;
  if (error?.name === 'TypeError') return 'CIRCULAR';
  if (error?.name === 'TimeoutError') return 'TIMED_OUT';
  return String(error?.name ?? error)
    .replace(/Error$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();
}

/** Parses a script; its comments and the lines of events are ignored. @param {string} text */
export function parse(text) {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('> '))
    .map((line) => {
      const at = line.indexOf(' : ');
      const { words, options } = splitWords(at === -1 ? line : line.slice(0, at));
      const tail = at === -1 ? undefined : line.slice(at + 3);
      const isKnown =
        words[0] in COMMANDS
          ? words.length >= COMMANDS[words[0]] && (tail !== undefined) === ['task', 'procedure'].includes(words[0])
          : tail === undefined
            ? ACTIONS[words[0]] === words.length
            : words[0] === 'on-done' && words.length === 2;
      if (!isKnown) throw new Error(`not a command: ${line}`);
      const command = { line, words, options };
      if (words[0] === 'task') command.turns = parseTurns(tail, words.includes('suspends'));
      else if (tail !== undefined) command.actions = parseActions(tail);
      return command;
    });
}

/** What a task does in a turn after its last one. */
const turnBeyondTheEnd = { actions: [], suspendedActions: [], end: ['fail', 'asked-beyond-the-end'] };

function parseTurns(text, suspends) {
  return text.split(' | ').flatMap((turn) => {
    const actions = turn.split(' ; ');
    const end = actions.pop().split(' ');
    const [how, count = '1'] = end[0].split('*');
    if (!ENDS[how]?.includes(end.length)) throw new Error(`not a turn: ${turn}`);
    const at = suspends ? actions.indexOf('suspend') : -1;
    const suspendedActions = at === -1 ? [] : actions.splice(at).slice(1).map(parseAction);
    const parsed = { actions: actions.map(parseAction), suspendedActions, end: [how, end[1]] };
    return Array.from({ length: Number(count) }, () => parsed);
  });
}

/** Returns true if slices of this script are limited by time: it must be replayed with a fake clock. */
export const isTimed = (script) => / ms=/.test(script);

/**
 * What is replayed on: exports of the package, or others with the same interface. `useClock` makes a clock the one that
 * the cooperator reads; only timed scripts need it.
 * @typedef {{ Cooperator: any, Deferred: any, Clock: any, predicates: any, useClock?: (clock: any) => void }} Implementation
 */

export class Replay {
  #implementation;
  #log = [];
  #cooperator;
  #request;
  #clock;
  #tasks = new Map();
  #definitions = new Map();
  #deferreds = new Map();
  #procedures = new Map();
  #controllers = new Map();
  #hooks = new Map();
  #isTimed = false;
  /** Continues suspended turns, in the order in which they were suspended. @type {(() => void)[]} */
  #suspended = [];
  #actionCount = 0;
  #ending = false;
  /** The events since the last command. A caller may add some. @type {string[]} */
  events = [];

  /** @param {Implementation} implementation */
  constructor(implementation) {
    this.#implementation = implementation;
    this.#clock = new implementation.Clock();
    implementation.useClock?.(this.#clock);
  }

  /** Runs one command. On the package a suspended turn ends in a microtask: call `settle` before the next command. */
  run(command) {
    this.#logEvents();
    this.#log.push(command.line);
    this.#runCommand(command);
    this.#logEvents();
  }

  /** Waits until the microtasks have run, in which the package continues its slices. No macrotask may run meanwhile. */
  async settle() {
    for (let count = 0; count < 10; count++) await null;
  }

  #logEvents() {
    for (const event of this.events) this.#log.push(`> ${event}`);
    this.events.length = 0;
  }

  /** The log so far. Events that came after the last command belong to it. */
  get log() {
    this.#logEvents();
    return this.#log.join('\n');
  }

  dispose() {
    this.#ending = true;
    this.#cooperator?.dispose();
  }

  /** Handles the failures that are left, so that the host does not report them. */
  handleFailures() {
    for (const deferred of this.#deferreds.values()) deferred.addErrback(() => {});
  }

  #runCommand({ words, options, actions, turns }) {
    const [command, name, ...rest] = words;
    switch (command) {
      case 'cooperator':
        this.#createCooperator(options);
        break;
      case 'task':
        this.#define(name, rest, options, turns);
        if (!rest.includes('later')) this.#addTask(name);
        break;
      case 'procedure':
        this.#procedures.set(name, actions);
        break;
      case 'pump':
        if (this.#request?.pending) this.#runSlice();
        break;
      case 'continue':
        this.#suspended.shift()?.();
        break;
      case 'advance':
        this.#clock.advance(Number(name));
        break;
      case 'end':
        this.#end();
        break;
      default:
        if (actions === undefined) this.#runAction({ words, options });
        else
          this.#tasks
            .get(name)
            ?.whenDone()
            .addBoth(() => this.#runActions(actions));
    }
  }

  #createCooperator({ turns, ask, ms, fairness, quantum, started, scheduler }) {
    const { Cooperator, predicates } = this.#implementation;
    this.#isTimed = ms !== undefined;
    // A reduced script may have lost its quantum, which the model has no default for.
    if (fairness === 'time' && !(Number(quantum) > 0)) throw new Error('fairness=time needs a quantum');
    let left = 0;
    const predicate = () => {
      this.#runHook('predicate');
      return --left === 0;
    };
    const factory = () => {
      this.#runHook('factory');
      left = Number(ask ?? 0);
      return predicate;
    };
    let terminationPredicateFactory = factory;
    if (this.#isTimed) terminationPredicateFactory = predicates.timeSlice(Number(ms));
    else if (Number(turns ?? 0) !== 0) terminationPredicateFactory = predicates.turns(Number(turns));
    this.#cooperator = new Cooperator({
      started: started !== 'no',
      terminationPredicateFactory,
      fairness,
      quantumMs: quantum === undefined ? undefined : Number(quantum),
      onError: (error) => {
        this.events.push(`reported ${statusName(error)}`);
      },
      scheduler: (slice) => {
        this.events.push('schedule');
        const request = { slice, pending: true };
        this.#request = request;
        if (this.#hooks.has('scheduler')) request.pending = false;
        this.#runHook('scheduler');
        if (scheduler === 'sync') this.#runSlice();
        return {
          cancel: () => {
            this.events.push('cancel');
            request.pending = false;
          },
        };
      },
    });
  }

  #runSlice() {
    this.#request.pending = false;
    this.#request.slice();
  }

  /** Does, once, what a `hook` action prescribed for this hook. */
  #runHook(name) {
    const hook = this.#hooks.get(name);
    if (hook === undefined) return;
    this.#hooks.delete(name);
    this.#runProcedure(hook.procedure);
    if (hook.fails !== undefined) throw new Error(hook.fails);
  }

  #define(name, words, options, turns) {
    if (this.#definitions.has(name)) return;
    const definition = { name, words, options };
    this.#definitions.set(name, definition);
    if (options.of !== undefined) {
      definition.iterator = this.#definitions.get(options.of).iterator;
      return;
    }
    const generator = this.#iterate(definition, turns);
    definition.iterator = generator;
    if (words.includes('suspends')) {
      definition.iterator = this.#iterateAsync(definition, generator);
    } else if (words.includes('plain')) {
      definition.iterator = {
        next: (sent) => generator.next(sent),
        return: () => this.#cleanUp(definition, []).next(),
      };
    }
  }

  /** Makes the iterator of a task. */
  *#iterate(definition, turns) {
    const { name, words } = definition;
    const suspends = words.includes('suspends');
    let ended = suspends || words.includes('plain');
    let received = '';
    try {
      for (let number = 1; ; number++) {
        this.events.push(`turn ${name} ${number}${received}`);
        received = '';
        const last = turns.at(-1);
        const turn = turns[number - 1] ?? (last.end[0] === 'forever' ? last : turnBeyondTheEnd);
        if (this.#isTimed) this.#clock.advance(TURN_MS);
        for (const action of turn.actions) this.#runAction(action);
        if (suspends) {
          yield SUSPEND;
          for (const action of turn.suspendedActions) this.#runAction(action);
        }
        const [how, word] = turn.end;
        if (how === 'done' || how === 'fail') {
          ended = true;
          if (how === 'done') return word;
          throw new Error(word);
        }
        if (how === 'wait' && this.#deferreds.has(word)) {
          try {
            received = ` got ${(yield this.#deferreds.get(word)) ?? 'nothing'}`;
          } catch (error) {
            received = ` failed ${statusName(error)}`;
          }
        } else {
          yield;
        }
      }
    } finally {
      if (!ended) yield* this.#cleanUp(definition, definition.options.cleans?.split(',') ?? []);
    }
  }

  /**
   * Makes the async iterator of a task whose turns are suspended. A step is promised by a thenable, which the command
   * `continue` settles.
   */
  #iterateAsync(definition, generator) {
    let started = false;
    const turn = (resume) => {
      started = true;
      resume(); // up to SUSPEND
      return {
        then: (onStep, onError) => {
          this.#suspended.push(() => {
            let step;
            try {
              step = generator.next();
            } catch (error) {
              onError(error);
              return;
            }
            onStep(step);
          });
        },
      };
    };
    const iterator = {
      next: (sent) => turn(() => generator.next(sent)),
      return: () => {
        if (started) this.#cleanUp(definition, []).next();
        return { done: true, value: undefined };
      },
    };
    if (!definition.words.includes('plain')) {
      iterator.throw = (error) => turn(() => generator.throw(error));
      iterator[Symbol.asyncIterator] = () => iterator;
    }
    return iterator;
  }

  /** Runs the clean-up of a task, which has a turn after each of the words in `turns`. */
  *#cleanUp({ name, options: { finally: procedure, 'finally-fails': fails } }, turns) {
    if (procedure === undefined) return;
    this.events.push(`closed ${name}`);
    this.#runProcedure(procedure);
    for (const word of turns) {
      const awaited = this.#deferreds.get(word);
      let received = '';
      try {
        const value = yield awaited;
        if (awaited !== undefined) received = ` got ${value ?? 'nothing'}`;
      } catch (error) {
        received = ` failed ${statusName(error)}`;
      }
      this.events.push(`cleaning ${name}${received}`);
      if (this.#isTimed) this.#clock.advance(TURN_MS);
    }
    if (fails !== undefined) throw new Error(fails);
  }

  #addTask(name) {
    const definition = this.#definitions.get(name);
    if (definition === undefined || definition.added) return;
    definition.added = true;
    const { iterator, words, options } = definition;
    let task;
    try {
      task = this.#cooperator.cooperate(iterator, {
        name,
        share: Number(options.share ?? 1),
        signal: options.signal === undefined ? undefined : this.#controller(options.signal).signal,
      });
    } catch (error) {
      this.events.push(`refused add ${name} ${statusName(error)}`);
      return;
    }
    this.#tasks.set(name, task);
    if (words.includes('unasked')) return;
    task.whenDone().addCallbacks(
      (value) => {
        this.events.push(`finished ${name} done${value === undefined ? '' : ` ${value}`}`);
      },
      (error) => {
        const word = statusName(error);
        const stopped = error.name === 'TaskStopped' || error.name === 'SchedulerStopped';
        this.events.push(`finished ${name} ${stopped ? '' : 'failed '}${word}`);
      },
    );
  }

  #controller(name) {
    if (!this.#controllers.has(name)) this.#controllers.set(name, new AbortController());
    return this.#controllers.get(name);
  }

  #runProcedure(procedure) {
    if (this.#procedures.has(procedure)) this.#runActions(this.#procedures.get(procedure));
  }

  #runActions(actions) {
    if (!this.#ending) for (const action of actions) this.#runAction(action);
  }

  /** Makes a call and logs the error that it throws. */
  #try(words, call) {
    try {
      call();
    } catch (error) {
      this.events.push(`refused ${words.join(' ')} ${statusName(error)}`);
    }
  }

  #runAction({ words: [command, name, ...rest], options }) {
    if (++this.#actionCount > MAX_ACTIONS) return;
    const task = this.#tasks.get(name);
    const deferred = this.#deferreds.get(name);
    const cooperator = this.#cooperator;
    switch (command) {
      case 'say':
        this.events.push(`said ${name}`);
        break;
      case 'spend':
        this.#clock.advance(Number(name));
        break;
      case 'do':
        this.#runProcedure(name);
        break;
      case 'add':
        this.#addTask(name);
        break;
      case 'pause':
      case 'resume':
      case 'stop':
        if (task) this.#try([command, name], () => task[command]());
        break;
      case 'on-done':
        if (task) task.whenDone().addBoth(() => this.#runProcedure(rest[0]));
        break;
      case 'ask':
        task?.whenDone();
        break;
      case 'when-done':
        if (task && !this.#deferreds.has(rest[0])) this.#deferreds.set(rest[0], task.whenDone());
        break;
      case 'state':
        if (task) this.events.push(`state ${name} ${task.state}`);
        break;
      case 'abort':
        this.#controller(name).abort(new Error(`aborted-${name}`));
        break;
      case 'hook':
        this.#hooks.set(name, { procedure: rest[0], fails: options.fails });
        break;
      case 'deferred':
        if (!deferred) this.#deferreds.set(name, this.#newDeferred(options.canceller));
        break;
      case 'callback':
        if (deferred) this.#try([command, name], () => deferred.callback(rest[0]));
        break;
      case 'errback':
        if (deferred) this.#try([command, name], () => deferred.errback(new Error(rest[0])));
        break;
      case 'fire': {
        const other = this.#deferreds.get(rest[0]);
        if (deferred && other) this.#try([command, name], () => deferred.callback(other));
        break;
      }
      case 'cancel':
        deferred?.cancel();
        break;
      case 'hold':
        deferred?.pause();
        break;
      case 'let-go':
        if (deferred) this.#try([command, name], () => deferred.unpause());
        break;
      case 'chain': {
        const target = this.#deferreds.get(rest[0]);
        if (deferred && target) this.#try([command, name], () => deferred.chainDeferred(target));
        break;
      }
      case 'timeout':
        deferred?.addTimeout(Number(rest[0]), this.#clock);
        break;
      case 'on':
        if (deferred) this.#addCallbacks(deferred, rest);
        break;
      case 'called':
        if (deferred) this.events.push(`called ${name} ${deferred.called ? 'yes' : 'no'}`);
        break;
      case 'start-cooperator':
        this.#try([command], () => cooperator.start());
        break;
      case 'stop-cooperator':
        cooperator.stop();
        break;
      case 'dispose-cooperator':
        cooperator.dispose();
        break;
      case 'running':
        this.events.push(`running ${cooperator.running ? 'yes' : 'no'}`);
        break;
      case 'tasks':
        this.events.push(['tasks', ...cooperator.tasks.map((one) => one.name)].join(' '));
        break;
      case 'slice':
        if (this.#request !== undefined) this.#runSlice();
        break;
    }
  }

  #newDeferred(canceller) {
    return new this.#implementation.Deferred(canceller === undefined ? undefined : () => this.#runProcedure(canceller));
  }

  #addCallbacks(deferred, [side, label, result, procedure]) {
    const [how, word] = result.split(':');
    const react = (failed) => (input) => {
      this.events.push(`ran ${label} ${failed ? `failed ${statusName(input)}` : (input ?? 'nothing')}`);
      this.#runProcedure(procedure);
      switch (how) {
        case 'value':
          return word;
        case 'wait':
          return this.#deferreds.get(word);
        case 'fail':
          throw new Error(word);
        case 'pass':
          if (failed) throw input;
          return input;
        default:
          return undefined;
      }
    };
    deferred.addCallbacks(side === 'failure' ? undefined : react(false), side === 'value' ? undefined : react(true));
  }

  /** Disposes of the cooperator and fires every Deferred. Failures that are unhandled now will be reported. */
  #end() {
    this.#ending = true;
    this.#cooperator.dispose();
    for (const deferred of this.#deferreds.values()) {
      try {
        for (;;) deferred.unpause();
      } catch (error) {
        if (error.name !== 'NotPaused') throw error;
      }
    }
    for (const deferred of this.#deferreds.values()) if (!deferred.called) deferred.callback('end');
  }
}
