// Random scripts, the same for the same seed. What they are about is chosen first, so that each is full of it.

/** Numbers that look random, by Tommy Ettinger's mulberry32; 32 bits of state do for scripts of a hundred choices. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** 0 to n - 1 */
    below: (n) => Math.floor(next() * n),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)],
    /** One of `[weight, make]`, made. */
    choose(weighted) {
      let at = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, make] of weighted) if ((at -= weight) < 0) return make();
      return weighted.at(-1)[1]();
    },
  };
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'];

/**
 * @param {number} seed
 * @param {{ js?: boolean, twisted?: boolean }} [kind]  js: with what only JavaScript has; twisted: without what is
 *   different there
 */
export function generate(seed, { js = false, twisted = false } = {}) {
  const { below, chance, pick, choose } = random(seed);
  const tasks = LETTERS.slice(0, 1 + below(5));
  const deferreds = ['d', 'e', 'f', 'g'].slice(0, below(5));
  const dones = ['x', 'y'].slice(0, twisted ? 0 : below(3));
  const procedures = Array.from({ length: below(5) }, (_, index) => `p${index + 1}`);
  const signals = js ? ['s', 't'] : [];
  const asks = chance(0.5);
  // J4, that a stopped task's own outcome is no news to it, is JavaScript's
  const waits = deferreds.length !== 0 && (js || dones.length === 0);
  // what the script is about
  const aboutLife = 0.2 + below(5);
  // D4, pausing in a Deferred's own callback, and what becomes of a paused one that waits, are not Twisted's
  const holds = !twisted;
  const aboutStop = chance(0.4) ? 1 + below(3) : 0.1;
  const aboutDeferreds = deferreds.length === 0 ? 0 : 0.2 + below(6);
  const aboutChains = deferreds.length === 0 ? 0 : below(5);
  const hooks = !twisted && chance(0.25) ? 1 : 0;
  let words = 0;
  const word = () => `w${++words}`;
  const any = () => pick(chance(0.15) && dones.length !== 0 ? dones : deferreds);

  /** Procedures call only those that come after them, so that a script ends. */
  const action = (level) => {
    const later = procedures.slice(level);
    const procedure = () => (later.length === 0 ? 'none' : pick(later));
    const result = () =>
      choose([
        [3, () => 'pass'],
        [2, () => 'nothing'],
        [2, () => `value:${word()}`],
        [2, () => `fail:${word()}`],
        [3, () => `wait:${any()}`],
      ]);
    return choose([
      [1, () => `say ${word()}`],
      [2, () => `add ${pick(tasks)}`],
      [aboutLife, () => `pause ${pick(tasks)}`],
      [aboutLife, () => `resume ${pick(tasks)}`],
      [0.7 * aboutLife * (twisted ? 0.3 : 1), () => `stop ${pick(tasks)}`],
      [1, () => `state ${pick(tasks)}`],
      [0.5, () => 'tasks'],
      [0.3, () => 'running'],
      [1, () => `on-done ${pick(tasks)} ${procedure()}`],
      [twisted ? 0 : 0.3, () => `ask ${pick(tasks)}`],
      [dones.length === 0 ? 0 : 0.7, () => `when-done ${pick(tasks)} ${pick(dones)}`],
      [
        hooks,
        () =>
          `hook ${choose([
            [1, () => `scheduler none fails=${word()}`],
            [asks ? 1 : 0, () => `factory ${procedure()}${chance(0.5) ? ` fails=${word()}` : ''}`],
            [asks ? 2 : 0, () => `predicate ${procedure()}${chance(0.5) ? ` fails=${word()}` : ''}`],
          ])}`,
      ],
      [aboutDeferreds, () => `callback ${any()} ${word()}`],
      [0.6 * aboutDeferreds, () => `errback ${any()} ${word()}`],
      [0.5 * aboutDeferreds, () => `cancel ${any()}`],
      [0.3 * aboutDeferreds, () => `called ${any()}`],
      [
        aboutChains,
        () => `on ${any()} ${pick(['both', 'both', 'value', 'failure'])} ${word()} ${result()} ${procedure()}`,
      ],
      [twisted ? 0 : 0.6 * aboutChains, () => `fire ${any()} ${any()}`],
      [0.4 * aboutChains, () => `chain ${any()} ${any()}`],
      [holds ? 0.4 * aboutChains : 0, () => `hold ${any()}`],
      [0.5 * aboutChains, () => `let-go ${any()}`],
      [0.3 * aboutChains, () => `timeout ${any()} ${5 * below(4)}`],
      [aboutStop * (twisted ? 0.2 : 1), () => 'stop-cooperator'],
      [aboutStop, () => 'start-cooperator'],
      [twisted ? 0 : 0.1 * aboutStop, () => 'dispose-cooperator'],
      [twisted ? 0 : 0.3, () => 'slice'],
      [later.length === 0 ? 0 : 0.5, () => `do ${procedure()}`],
      [signals.length === 0 ? 0 : 0.5, () => `abort ${pick(signals)}`],
    ]);
  };
  const actions = (level, most) => Array.from({ length: below(most + 1) }, () => action(level));

  const turn = () =>
    choose([
      [5, () => 'more'],
      [waits ? 4 : 0, () => `wait ${any()}`],
      [0.5, () => 'done'],
      [0.7, () => `done ${word()}`],
      [0.7, () => `fail ${word()}`],
    ]);
  const task = (name, index) => {
    const options = ['task', name];
    if (chance(0.4)) options.push('later');
    if (!twisted && chance(0.3)) options.push(`share=${1 + below(3)}`);
    if (!twisted && chance(0.1)) options.push('unasked');
    const shares = js && index > 0 && chance(0.2);
    if (!twisted && !shares && chance(0.4)) {
      options.push(`finally=${procedures.length === 0 ? 'none' : pick(procedures)}`);
      if (chance(0.2)) options.push(`finally-fails=${word()}`);
    }
    if (signals.length !== 0 && chance(0.3)) options.push(`signal=${pick(signals)}`);
    if (js && !shares && chance(0.15)) options.push('plain');
    if (shares) options.push(`of=${tasks[below(index)]}`);
    const turns = Array.from({ length: below(5) }, () => [...(chance(0.4) ? actions(0, 3) : []), turn()].join(' ; '));
    return [...options, ':', [...turns, chance(0.8) ? 'done' : `fail ${word()}`].join(' | ')].join(' ');
  };

  const lines = [
    [
      'cooperator',
      `${asks ? 'ask' : 'turns'}=${below(4)}`,
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
    ...Array.from({ length: 2 + below(14) }, () =>
      choose([
        [3, () => 'pump'],
        [5, () => action(0)],
        [0.3, () => `advance ${5 * (1 + below(4))}`],
      ]),
    ),
    ...(chance(0.5) ? ['pump', 'pump', 'tasks'] : []),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}
