// Random scripts, the same for the same seed. Each script first draws its emphasis, so that related actions meet.

/** Pseudo-random numbers: Tommy Ettinger's mulberry32, whose 32 bits of state suffice for a hundred choices. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** An integer from 0 to n - 1. */
    below: (n) => Math.floor(next() * n),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)],
    /** Calls the function of one of the `[weight, function]` pairs. */
    choose(weighted) {
      let at = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, make] of weighted) if ((at -= weight) < 0) return make();
      return weighted.at(-1)[1]();
    },
  };
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'];

// S13: multiples of powers of two, so that every sum of them is exact.
const SLICES_MS = [0.5, 1, 1.25, 2, 5, 10, 50];
const QUANTA_MS = [0.0625, 0.125, 0.25, 0.5, 0.75, 1, 1, 2, 4];
const SHARES = [0.5, 1, 1.5, 2, 3];
/** The last two make debts of many rounds, and one that is limited. */
const DURATIONS_MS = [0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 1.5, 2, 3, 5, 20, 300];

/**
 * Generates a script.
 * @param {number} seed
 * @param {{ js?: boolean, twisted?: boolean }} [options] js: with features that only JavaScript has; twisted: without
 *   the intentional differences from Twisted
 */
export function generate(seed, { js = false, twisted = false } = {}) {
  const { below, chance, pick, choose } = random(seed);
  const cleaning = random(~seed); // a sequence of its own, so that a seed stands for the script that it always stood for
  const tasks = LETTERS.slice(0, 1 + below(5));
  const deferreds = ['d', 'e', 'f', 'g'].slice(0, below(5));
  const whenDones = ['x', 'y'].slice(0, twisted ? 0 : below(3));
  const procedures = Array.from({ length: below(5) }, (_, index) => `p${index + 1}`);
  const signals = js ? ['s', 't'] : [];
  // S13: time limits the slices. S12: tasks have turns that are suspended.
  const timed = !twisted && chance(0.3);
  const fairByTime = !twisted && chance(timed ? 0.8 : 0.05);
  const suspends = !twisted && chance(0.3) ? 0.3 + 0.7 * chance(0.5) : 0;
  const asksPredicate = !timed && chance(0.5);
  // J4: only in JavaScript does a stopped task ignore its own outcome when it waited for its own end.
  const waits = deferreds.length !== 0 && (js || whenDones.length === 0);
  // D4: Twisted differs in a pause inside the Deferred's own callback, and in a paused Deferred that waits.
  const pausesDeferreds = !twisted;
  // The emphasis: weights of groups of actions.
  const taskWeight = 0.2 + below(5);
  const stopWeight = chance(0.4) ? 1 + below(3) : 0.1;
  const deferredWeight = deferreds.length === 0 ? 0 : 0.2 + below(6);
  const chainWeight = deferreds.length === 0 ? 0 : below(5);
  const hooks = !twisted && chance(0.25) ? 1 : 0;
  const spendWeight = timed ? 1 + below(3) : 0;
  let words = 0;
  const word = () => `w${++words}`;
  const anyDeferred = () => pick(chance(0.15) && whenDones.length !== 0 ? whenDones : deferreds);

  /** An action in the procedure number `level`. Procedures call only later ones, so that a script ends. */
  const action = (level) => {
    const later = procedures.slice(level);
    const procedure = () => (later.length === 0 ? 'none' : pick(later));
    const result = () =>
      choose([
        [3, () => 'pass'],
        [2, () => 'nothing'],
        [2, () => `value:${word()}`],
        [2, () => `fail:${word()}`],
        [3, () => `wait:${anyDeferred()}`],
      ]);
    return choose([
      [1, () => `say ${word()}`],
      [spendWeight, () => `spend ${pick(DURATIONS_MS)}`],
      [2, () => `add ${pick(tasks)}`],
      [taskWeight, () => `pause ${pick(tasks)}`],
      [taskWeight, () => `resume ${pick(tasks)}`],
      [0.7 * taskWeight * (twisted ? 0.3 : 1), () => `stop ${pick(tasks)}`],
      [1, () => `state ${pick(tasks)}`],
      [0.5, () => 'tasks'],
      [0.3, () => 'running'],
      [1, () => `on-done ${pick(tasks)} ${procedure()}`],
      [twisted ? 0 : 0.3, () => `ask ${pick(tasks)}`],
      [whenDones.length === 0 ? 0 : 0.7, () => `when-done ${pick(tasks)} ${pick(whenDones)}`],
      [
        hooks,
        () =>
          `hook ${choose([
            [1, () => `scheduler none fails=${word()}`],
            [asksPredicate ? 1 : 0, () => `factory ${procedure()}${chance(0.5) ? ` fails=${word()}` : ''}`],
            [asksPredicate ? 2 : 0, () => `predicate ${procedure()}${chance(0.5) ? ` fails=${word()}` : ''}`],
          ])}`,
      ],
      [deferredWeight, () => `callback ${anyDeferred()} ${word()}`],
      [0.6 * deferredWeight, () => `errback ${anyDeferred()} ${word()}`],
      [0.5 * deferredWeight, () => `cancel ${anyDeferred()}`],
      [0.3 * deferredWeight, () => `called ${anyDeferred()}`],
      [
        chainWeight,
        () => `on ${anyDeferred()} ${pick(['both', 'both', 'value', 'failure'])} ${word()} ${result()} ${procedure()}`,
      ],
      [twisted ? 0 : 0.6 * chainWeight, () => `fire ${anyDeferred()} ${anyDeferred()}`],
      [0.4 * chainWeight, () => `chain ${anyDeferred()} ${anyDeferred()}`],
      [pausesDeferreds ? 0.4 * chainWeight : 0, () => `hold ${anyDeferred()}`],
      [0.5 * chainWeight, () => `let-go ${anyDeferred()}`],
      [0.3 * chainWeight, () => `timeout ${anyDeferred()} ${5 * below(4)}`],
      [stopWeight * (twisted ? 0.2 : 1), () => 'stop-cooperator'],
      [stopWeight, () => 'start-cooperator'],
      [twisted ? 0 : 0.1 * stopWeight, () => 'dispose-cooperator'],
      [twisted ? 0 : 0.3, () => 'slice'],
      [later.length === 0 ? 0 : 0.5, () => `do ${procedure()}`],
      [signals.length === 0 ? 0 : 0.5, () => `abort ${pick(signals)}`],
    ]);
  };
  const actions = (level, most) => Array.from({ length: below(most + 1) }, () => action(level));

  // Tasks with timed or suspended turns last longer, so that there is something to see.
  const turn = () =>
    choose([
      [timed || suspends !== 0 ? 10 : 5, () => 'more'],
      [timed ? 8 : 0, () => `more*${2 + below(6)}`],
      [waits ? 4 : 0, () => `wait ${anyDeferred()}`],
      [0.5, () => 'done'],
      [0.7, () => `done ${word()}`],
      [0.7, () => `fail ${word()}`],
    ]);
  const task = (name, index) => {
    const options = ['task', name];
    if (chance(0.4)) options.push('later');
    if (!twisted && chance(fairByTime ? 0.6 : 0.3)) options.push(`share=${fairByTime ? pick(SHARES) : 1 + below(3)}`);
    if (!twisted && chance(0.1)) options.push('unasked');
    const sharesIterator = js && suspends === 0 && index > 0 && chance(0.2);
    const isSuspended = chance(suspends);
    if (isSuspended) options.push('suspends');
    if (!twisted && !sharesIterator && chance(0.4)) {
      options.push(`finally=${procedures.length === 0 ? 'none' : pick(procedures)}`);
      if (chance(0.2)) options.push(`finally-fails=${word()}`);
    }
    if (signals.length !== 0 && chance(0.3)) options.push(`signal=${pick(signals)}`);
    const isPlain = js && !sharesIterator && chance(0.15);
    if (isPlain) options.push('plain');
    const hasCleanUp = options.some((option) => option.startsWith('finally='));
    if (hasCleanUp && !isPlain && !isSuspended && cleaning.chance(0.5)) {
      const word = () => (waits && cleaning.chance(0.5) ? cleaning.pick(deferreds) : 'more');
      options.push(`cleans=${Array.from({ length: 1 + cleaning.below(3) }, word).join(',')}`);
    }
    if (sharesIterator) options.push(`of=${tasks[below(index)]}`);
    const part = () => (chance(timed ? 0.6 : 0.4) ? actions(0, 3) : []);
    const turns = Array.from({ length: below(timed ? 8 : 5) }, () =>
      [...part(), ...(isSuspended && chance(0.7) ? ['suspend', ...part()] : []), turn()].join(' ; '),
    );
    return [...options, ':', [...turns, chance(0.8) ? 'done' : `fail ${word()}`].join(' | ')].join(' ');
  };

  const lines = [
    [
      'cooperator',
      timed ? `ms=${pick(SLICES_MS)}` : `${asksPredicate ? 'ask' : 'turns'}=${below(4)}`,
      ...(fairByTime ? ['fairness=time', `quantum=${pick(QUANTA_MS)}`] : []),
      ...(chance(0.15) ? ['started=no'] : []),
      ...(!twisted && chance(0.15) ? ['scheduler=sync'] : []),
      ...(js ? ['only=js'] : []),
    ].join(' '),
    ...procedures.map(
      (name, index) => `procedure ${name} : ${[action(index + 1), ...actions(index + 1, 3)].join(' ; ')}`,
    ),
    ...deferreds.map(
      (name) => `deferred ${name}${procedures.length !== 0 && chance(0.2) ? ` canceller=${pick(procedures)}` : ''}`,
    ),
    ...tasks.map(task),
    ...(suspends !== 0 && chance(0.5) ? ['pump'] : []),
    ...Array.from({ length: 2 + below(14) }, () =>
      choose([
        [3, () => 'pump'],
        [5, () => action(0)],
        [suspends === 0 ? 0 : 6, () => 'continue'],
        [0.3, () => `advance ${5 * (1 + below(4))}`],
      ]),
    ),
    ...(timed ? Array.from({ length: 2 + below(10) }, () => 'pump') : []),
    ...(suspends === 0 ? [] : Array.from({ length: below(16) }, () => pick(['continue', 'continue', 'pump']))),
    ...(chance(0.5) ? ['pump', 'pump', 'tasks'] : []),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}
