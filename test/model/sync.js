// Random scripts for Semaphore, Lock and Queue, and their replay on the package. Twisted's DeferredSemaphore, DeferredLock
// and DeferredQueue replay them in replay_sync_on_twisted.py.
//
//     sync limit=2 size=3          a semaphore S, a lock L and a queue Q; no size: unbounded
//     procedure p1 : ACTIONS       actions separated by ` ; `, for other actions to run
//     ACTION
//     end
//
// Actions: `acquire S a1 p1` runs p1 when the permit is there; `release a1`; `run L r1 p1 value|fail|wait`, whose function
// runs p1 and then returns, throws or returns the Deferred r1; `fire r1`, `fail r1` fires that; `put v1`, `get g1 p1`;
// `cancel a1`, `cancel r1`, `cancel g1`; `drop r1` cancels the Deferred r1; `state`. The log has each command, followed by
// what it caused.
import { Deferred } from 'cooperator';
import { Lock, Queue, Semaphore } from 'cooperator/sync';
import { statusName } from '../js/support/replay.js';
import { random } from './generate.js';

/**
 * Generates a script; the same for the same seed.
 * @param {number} seed
 */
export function generateSync(seed) {
  const { below, chance, pick, choose } = random(seed);
  const procedures = Array.from({ length: below(6) }, (_, index) => `p${index + 1}`);
  const counts = { a: 0, r: 0, g: 0, v: 0 };
  const create = (kind) => `${kind}${++counts[kind]}`;
  /** One that exists, or perhaps will. */
  const any = (kind) => `${kind}${1 + below(counts[kind] + 2)}`;
  // The emphasis.
  const queueWeight = below(4);
  const runWeight = below(4);
  const cancelWeight = 0.5 + below(3);

  /** An action in the procedure number `level`. Procedures call only later ones, so that a script ends. */
  const action = (level) => {
    const later = procedures.slice(level);
    const procedure = () => (later.length === 0 || chance(0.3) ? 'none' : pick(later));
    return choose([
      [3, () => `acquire ${pick(['S', 'S', 'L'])} ${create('a')} ${procedure()}`],
      [4, () => `release ${any('a')}`],
      [
        runWeight,
        () => `run ${pick(['S', 'L'])} ${create('r')} ${procedure()} ${pick(['value', 'fail', 'wait', 'wait'])}`,
      ],
      [runWeight, () => `${pick(['fire', 'fire', 'fail'])} ${any('r')}`],
      [0.3 * runWeight, () => `drop ${any('r')}`],
      [queueWeight, () => `put ${create('v')}`],
      [queueWeight, () => `get ${create('g')} ${procedure()}`],
      [cancelWeight, () => `cancel ${any(pick(['a', 'a', 'r', 'g']))}`],
      [1, () => 'state'],
    ]);
  };
  const list = (level, most) => Array.from({ length: 1 + below(most) }, () => action(level)).join(' ; ');
  const lines = [
    `sync limit=${1 + below(3)}${chance(0.5) ? ` size=${1 + below(3)}` : ''}`,
    ...procedures.map((name, index) => `procedure ${name} : ${list(index + 1, 3)}`),
    ...Array.from({ length: 3 + below(25) }, () => action(0)),
    'state',
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

/** What each action looks like. A script that is being shrunk may have others. */
const ACTION =
  /^(acquire [SL] a\d+ \S+|run [SL] r\d+ \S+ (value|fail|wait)|get g\d+ \S+|put v\d+|(release|fire|fail|drop|cancel) \S+|state|end)$/;

function parseActions(text) {
  const actions = text.split(' ; ');
  const wrong = actions.find((action) => !ACTION.test(action));
  if (wrong !== undefined) throw new Error(`not an action: ${wrong}`);
  return actions;
}

/** An error of the script's own. */
const failure = (name) => new Error(`failed-${name}`);

/** Replays a script on the package. @param {string} script @returns {string} its log */
export function replaySyncOnPackage(script) {
  const log = [];
  const event = (text) => log.push(`> ${text}`);
  const [first, ...lines] = script.trimEnd().split('\n');
  const [, limit, size] = first.match(/^sync limit=(\d+)(?: size=(\d+))?$/);
  const primitives = { S: new Semaphore(Number(limit)), L: new Lock() };
  const queue = new Queue(size === undefined ? Infinity : Number(size));
  const procedures = new Map();
  /** The Deferreds of acquire, run and get. */
  const results = new Map();
  const permits = new Map();
  /** Those that functions of run return. */
  const jobs = new Map();

  const perform = (name) => procedures.get(name)?.forEach(act);

  /** Logs the outcome of a Deferred, and then runs the procedure if it is a value. */
  const observe = (name, deferred, procedure, onValue = () => {}) => {
    results.set(name, deferred);
    deferred.addCallbacks(
      (value) => {
        event(`${name} ${onValue(value) ?? 'value'}`);
        perform(procedure);
      },
      (error) => {
        event(`${name} failed ${statusName(error)}`);
      },
    );
  };

  function act(text) {
    const [command, name, ...more] = text.split(' ');
    switch (command) {
      case 'acquire':
        if (results.has(more[0])) return;
        observe(more[0], primitives[name].acquire(), more[1], (permit) => {
          permits.set(more[0], permit);
        });
        return;
      case 'release': {
        const permit = permits.get(name);
        permits.delete(name);
        if (permit === undefined) return;
        event(`releases ${name}`);
        permit.release();
        return;
      }
      case 'run': {
        const [label, procedure, how] = more;
        if (results.has(label) || jobs.has(label)) return;
        jobs.set(label, new Deferred());
        const deferred = primitives[name].run(() => {
          event(`runs ${label}`);
          perform(procedure);
          if (how === 'fail') throw failure(label);
          return how === 'wait' ? jobs.get(label) : undefined;
        });
        observe(label, deferred, 'none');
        return;
      }
      case 'fire':
        if (jobs.get(name)?.called === false) jobs.get(name).callback(undefined);
        return;
      case 'fail':
        if (jobs.get(name)?.called === false) jobs.get(name).errback(failure(name));
        return;
      case 'drop':
        if (jobs.get(name)?.called === false) jobs.get(name).cancel();
        return;
      case 'put':
        if (queue.length === Number(size)) event(`full ${name}`);
        else queue.put(name);
        return;
      case 'get':
        if (!results.has(name)) observe(name, queue.get(), more[0], (item) => item);
        return;
      case 'cancel':
        results.get(name)?.cancel();
        return;
      case 'state': {
        const { S, L } = primitives;
        event(`S ${S.active} ${S.waiting}, L ${L.active} ${L.waiting}, Q ${queue.length} ${queue.waiting}`);
      }
    }
  }

  for (const line of [first, ...lines]) {
    log.push(line);
    const [, name, actions] = line.match(/^procedure (\S+) : (.*)$/) ?? [];
    if (name !== undefined) procedures.set(name, parseActions(actions));
    else if (line !== first) parseActions(line).forEach(act);
  }
  for (const job of jobs.values()) job.addErrback(() => {}); // those that no function has returned
  return log.join('\n');
}
