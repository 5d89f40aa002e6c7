// The reference: rules S, D and J in the plainest JavaScript, with lists that are searched, calls that recurse and no
// thought of speed. Written from the rules, not from src/ or js/. It has the package's interface, so that a script can
// be replayed on either; what is asynchronous in the package (`then`, async functions) is not in it.

const named = (name) =>
  class extends Error {
    name = name;
  };

const AlreadyCalledError = named('AlreadyCalledError');
const CancelledError = named('CancelledError');
const TimeoutError = named('TimeoutError');
const NotPaused = named('NotPaused');
const SchedulerStopped = named('SchedulerStopped');
const finishedErrors = {
  done: named('TaskDone'),
  failed: named('TaskFailed'),
  stopped: named('TaskStopped'),
  ended: SchedulerStopped,
};

const ok = (value) => ({ failed: false, value, handled: false });
const failure = (error) => ({ failed: true, value: error, handled: false });
const without = (list, one) => list.filter((other) => other !== one);

// All that was made since the last createModel(). Beside the classes, not around them: engines compile them once then.
let deferreds = [];
let tasks = [];
/** How many tasks that have not finished use an iterator. @type {Map<object, number>} */
let users = new Map();

class Deferred {
  called = false;
  #result; // undefined: not there
  #waitsFor;
  #links = [];
  #pauses = 0;
  #running = false;
  #canceller;
  #cancelling = false;
  #swallows = false; // D2

  constructor(canceller) {
    this.#canceller = canceller;
    deferreds.push(this);
  }

  get lost() {
    return this.#result?.failed && !this.#result.handled ? this.#result.value : undefined;
  }

  callback(value) {
    this.fire(ok(value));
  }
  errback(error) {
    this.fire(failure(error));
  }

  fire(result) {
    if (this.called && !this.#swallows) throw new AlreadyCalledError(); // D2
    if (this.called) {
      this.#swallows = false;
      return;
    }
    this.called = true;
    this.#take(result);
    this.#run();
  }

  /** D3: a value that is a Deferred is waited for. */
  #take(result) {
    const other = result.failed || !(result.value instanceof Deferred) ? undefined : result.value;
    this.#result = undefined;
    if (other === undefined) {
      this.#result = result;
    } else if (this.#isBehind(other)) {
      this.#result = failure(new TypeError('waits for itself'));
    } else if (other.#canRun && !other.#running) {
      // its chain has run to the end
      this.#result = { ...other.#result, handled: false };
      other.#result = ok(undefined);
    } else {
      this.#waitsFor = other;
      other.#links.push({ waiter: this });
    }
  }

  get #canRun() {
    return this.called && this.#waitsFor === undefined && this.#pauses === 0;
  }

  #isBehind(other) {
    for (let at = other; at !== undefined; at = at.#waitsFor) if (at === this) return true;
    return false;
  }

  addCallbacks(callback, errback) {
    this.#add({ callback, errback });
    return this;
  }

  addBoth(callback) {
    return this.addCallbacks(callback, callback);
  }

  /** Looks at the result without changing it; `look` says whether it takes care of a failure. */
  observe(look) {
    this.#add({ look });
  }

  chainDeferred(target) {
    if (target === this) throw new TypeError('chained to itself');
    this.#add({ target });
  }

  pause() {
    this.#pauses++;
  }

  unpause() {
    if (this.#pauses === 0) throw new NotPaused();
    this.#pauses--;
    this.#run();
  }

  cancel() {
    if (this.#waitsFor !== undefined) {
      this.#waitsFor.cancel();
    } else if (!this.called && !this.#cancelling) {
      const canceller = this.#canceller;
      this.#swallows = canceller === undefined;
      this.#cancelling = true;
      canceller?.(this);
      this.#cancelling = false;
      if (this.called) return;
      this.called = true;
      this.#result = failure(new CancelledError());
      this.#run();
    }
  }

  addTimeout(ms, clock) {
    const link = { over: false };
    link.timer = clock.callLater(ms, () => {
      link.over = true;
      this.cancel();
    });
    this.#add(link);
  }

  #add(link) {
    this.#links.push(link);
    this.#run();
  }

  #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#canRun && this.#links.length !== 0) this.#step(this.#links.shift());
    this.#running = false;
  }

  #step(link) {
    const result = this.#result;
    if (link.waiter !== undefined) {
      this.#result = ok(undefined); // the inner one is left with nothing
      link.waiter.#waitsFor = undefined;
      link.waiter.#result = { ...result, handled: false };
      link.waiter.#run();
    } else if (link.target !== undefined) {
      this.#result = ok(undefined);
      try {
        link.target.fire({ ...result, handled: false });
      } catch (error) {
        this.#result = failure(error);
      }
    } else if (link.look !== undefined) {
      if (link.look(result)) result.handled = true;
    } else if (link.timer !== undefined) {
      if (!link.over) link.timer.cancel();
      else if (result.value instanceof CancelledError) this.#result = failure(new TimeoutError());
    } else {
      const f = result.failed ? link.errback : link.callback;
      if (f === undefined) return;
      this.#result = ok(undefined);
      let next;
      try {
        next = ok(f(result.value));
      } catch (error) {
        next = failure(error);
      }
      this.#take(next);
    }
  }
}

class Task {
  pauses = 0;
  waits = false;
  woken = false; // in the turn that goes on
  left = 0; // of its share
  end; // undefined while it lives; then `done`, `failed`, `stopped`, or `ended` by its cooperator
  #outcome;
  #asked = false;
  #dones = [];
  #cooperator;
  #iterator;
  #arrived; // the result of what it waited for
  #exhausted = false;

  constructor(cooperator, iterator, { name, share, signal }) {
    Object.assign(this, { name, share });
    this.#cooperator = cooperator;
    this.#iterator = iterator;
    users.set(iterator, (users.get(iterator) ?? 0) + 1);
    tasks.push(this);
    if (signal?.aborted) {
      this.finish('stopped', failure(signal.reason));
      return;
    }
    signal?.addEventListener('abort', () => {
      if (this.end === undefined) this.finish('stopped', failure(signal.reason));
    });
    cooperator.add(this);
  }

  get lost() {
    return this.end === 'failed' && !this.#asked ? this.#outcome.value : undefined;
  }

  get state() {
    if (this.end !== undefined) return this.end === 'ended' ? 'stopped' : this.end;
    if (this.pauses !== 0) return 'paused';
    return this.waits ? 'waiting' : 'runnable';
  }

  get runnable() {
    return this.end === undefined && this.pauses === 0 && !this.waits;
  }

  #check() {
    if (this.end !== undefined) throw new finishedErrors[this.end]();
  }

  pause() {
    this.#check();
    this.pauses++;
    this.#cooperator.leave(this);
  }

  resume() {
    if (this.pauses === 0) throw new NotPaused();
    this.pauses--;
    if (this.runnable) this.#cooperator.enter(this);
  }

  stop() {
    this.#check();
    this.finish('stopped', failure(new finishedErrors.stopped()));
  }

  whenDone() {
    this.#asked = true;
    const done = new Deferred();
    if (this.end === undefined) this.#dones.push(done);
    else done.fire({ ...this.#outcome });
    return done;
  }

  /** One call of the iterator. Gives `more` or `wait`, or how it ends: `done` or `failed`, with the outcome. */
  turn() {
    const arrived = this.#arrived;
    this.#arrived = undefined;
    this.woken = false;
    const shared = users.get(this.#iterator) > 1;
    let step;
    try {
      if (!arrived?.failed) {
        step = shared || arrived === undefined ? this.#iterator.next() : this.#iterator.next(arrived.value);
      } else if (shared || this.#iterator.throw === undefined) {
        // J2: not exhausted by that
        return { end: 'failed', outcome: failure(arrived.value) };
      } else {
        step = this.#iterator.throw(arrived.value);
      }
    } catch (error) {
      this.#exhausted = true;
      return { end: 'failed', outcome: failure(error) };
    }
    if (step.done) {
      this.#exhausted = true;
      return { end: 'done', outcome: ok(step.value) };
    }
    if (!(step.value instanceof Deferred)) return { goesOn: 'more' };
    step.value.observe((result) => {
      if (this.end !== undefined) return this.#isNoNews(result); // D7: it came too late
      this.#arrived = result;
      this.woken = true;
      if (this.waits) {
        this.waits = false;
        if (this.runnable) this.#cooperator.enter(this);
      }
      return true;
    });
    return { goesOn: 'wait' };
  }

  /** J4: only what the stopped task was told itself. */
  #isNoNews(result) {
    return (this.end === 'stopped' || this.end === 'ended') && result.value === this.#outcome.value;
  }

  finish(end, outcome) {
    const inItsTurn = this.#cooperator.turning === this;
    this.#cooperator.leave(this);
    this.#cooperator.forget(this);
    this.end = end;
    this.#outcome = outcome;
    if (!inItsTurn) this.close();
    for (const done of this.#dones.splice(0)) {
      try {
        done.fire({ ...outcome });
      } catch {
        // its holder has fired it
      }
    }
  }

  /** J3, outside of its turn; `lastWords` came in that turn, after it was stopped. */
  close(lastWords) {
    for (const result of [this.#arrived, lastWords]) {
      if (result?.failed && !this.#isNoNews(result)) this.#cooperator.report(result.value);
    }
    this.#arrived = undefined;
    const others = users.get(this.#iterator) - 1;
    users.set(this.#iterator, others);
    if (others !== 0 || this.#exhausted) return;
    try {
      this.#iterator.return?.();
    } catch (error) {
      this.#cooperator.report(error);
    }
  }
}

class Cooperator {
  #queue = [];
  #members = [];
  #doomed = []; // those that a stop on its way is finishing
  #started;
  #stopped = false;
  #disposed = false;
  #pending = false;
  #call;
  #slicing = false;
  #running = false;
  #again = false;
  #leftInTurn = false;
  turning;

  constructor({ started, scheduler, terminationPredicateFactory, onError }) {
    this.#started = started;
    Object.assign(this, { scheduler, terminationPredicateFactory, report: onError });
  }

  get running() {
    return this.#started && !this.#stopped && !this.#disposed;
  }
  get tasks() {
    return this.#disposed ? [] : [...this.#doomed, ...this.#members];
  }

  cooperate(iterator, options) {
    if (this.#disposed) throw new SchedulerStopped();
    return new Task(this, iterator, options);
  }

  add(task) {
    this.#members.push(task);
    if (this.#stopped)
      task.finish('ended', failure(new SchedulerStopped())); // S10
    else this.enter(task);
  }

  forget(task) {
    this.#members = without(this.#members, task);
    this.#doomed = without(this.#doomed, task);
  }

  /** S2: to the end of the queue. */
  enter(task) {
    task.left = task.share;
    this.#queue.push(task);
    this.#want();
  }

  leave(task) {
    if (!this.#queue.includes(task)) return;
    if (task === this.turning) this.#leftInTurn = true;
    this.#queue = without(this.#queue, task);
    if (this.#queue.length === 0) this.#unwant();
  }

  start() {
    if (this.#disposed) throw new SchedulerStopped();
    this.#started = true;
    this.#stopped = false;
    this.#want();
  }

  stop() {
    if (!this.#disposed) this.#stop();
  }

  #stop() {
    this.#stopped = true;
    this.#unwant();
    this.#doomed.push(...this.#members.splice(0));
    while (this.#doomed.length !== 0) this.#doomed[0].finish('ended', failure(new SchedulerStopped()));
    this.#want();
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stop();
  }

  // S4

  #want() {
    if (this.#queue.length === 0 || this.#pending || this.#slicing || this.#doomed.length !== 0 || !this.running)
      return;
    this.#pending = true;
    try {
      this.#call = this.scheduler(() => this.#slice());
    } catch (error) {
      this.#pending = false;
      this.report(error); // J7
    }
  }

  #unwant() {
    if (!this.#pending) return;
    this.#pending = false;
    this.#call.cancel();
  }

  #slice() {
    if (!this.#pending) return;
    this.#pending = false;
    this.#again = true;
    if (this.#running) return; // S5
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      this.#slicing = true;
      this.#giveTurns();
      this.#slicing = false;
      this.#want();
    }
    this.#running = false;
  }

  #predicate() {
    const isOver = (ask, orElse) => {
      try {
        return ask();
      } catch (error) {
        this.report(error); // J7
        return orElse;
      }
    };
    const predicate = isOver(
      () => this.terminationPredicateFactory(),
      () => true,
    );
    return () => isOver(predicate, true);
  }

  /** S3 */
  #giveTurns() {
    const predicate = this.#predicate();
    while (this.#queue.length !== 0) {
      const [task] = this.#queue;
      this.turning = task;
      this.#leftInTurn = false;
      const { end, outcome, goesOn } = task.turn();
      this.turning = undefined;
      if (task.end !== undefined) task.close(outcome);
      else if (end !== undefined) task.finish(end, outcome);
      else if (goesOn === 'wait' && !task.woken) this.#wait(task);
      else this.#rotate(task, goesOn === 'wait');
      if (!this.#disposed && predicate()) break;
    }
  }

  #wait(task) {
    task.waits = true;
    this.leave(task);
  }

  #rotate(task, waited) {
    if (!this.#queue.includes(task)) return;
    if (--task.left > 0 && !this.#leftInTurn && !waited) return;
    this.#queue = without(this.#queue, task);
    this.#queue.push(task);
    task.left = task.share;
  }
}

const predicates = {
  turns: (count) => () => {
    let left = count;
    return () => --left === 0;
  },
};

/** D7: what nobody has handled. */
const lost = () => [...deferreds, ...tasks].map((one) => one.lost).filter((error) => error !== undefined);

/** Begins a model, and ends the one before. */
export function createModel() {
  deferreds = [];
  tasks = [];
  users = new Map();
  return { Cooperator, Deferred, predicates, lost };
}
