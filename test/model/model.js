// The reference model: the rules S, D and J of docs/rules.md in the plainest JavaScript. It is written from the rules,
// not from src/ or js/, and meant to be read as their specification: lists are searched, calls recurse, nothing is
// fast.
//
// It has the package's interface, so that test/js/support/replay.js can run a script on either. Of what is asynchronous
// in the package, only suspended turns (S12) are modelled: `next` returns a thenable, which settles when the script says
// so. The model continues the slice at once, the package in a microtask.

const errorClass = (name) =>
  class extends Error {
    name = name;
  };

const AlreadyCalledError = errorClass('AlreadyCalledError');
const CancelledError = errorClass('CancelledError');
const TimeoutError = errorClass('TimeoutError');
const NotPaused = errorClass('NotPaused');
const SchedulerStopped = errorClass('SchedulerStopped');
/** S7: what `pause` and `stop` throw on a finished task, by how it ended. */
const finishedErrors = {
  done: errorClass('TaskDone'),
  failed: errorClass('TaskFailed'),
  stopped: errorClass('TaskStopped'),
  stoppedByCooperator: SchedulerStopped,
};

// A result is a value or an error; `handled` matters for an error only (D7).
const success = (value) => ({ failed: false, value, handled: false });
const failure = (error) => ({ failed: true, value: error, handled: false });
const unhandled = (result) => ({ ...result, handled: false });

const without = (list, one) => list.filter((other) => other !== one);

// Everything that was made since the last createModel(). The classes stay outside of it, so that engines compile them
// only once.
let deferreds = [];
let tasks = [];
/** J2: how many unfinished tasks use an iterator. @type {Map<object, number>} */
let iteratorUsers = new Map();
/** S13: the clock, whose `now` returns milliseconds. */
let clock;

/** S13: a task owes at most this, */
const MAX_DEBT_MS = 250;
/** and a turn costs at least this, even if the clock stands still. */
const MIN_COST_MS = 0.00001;

/** D1: a chain of links. Each callback or errback receives the result of the link before it. */
class Deferred {
  called = false;
  #result; // undefined until it fires, and while it waits
  #waitsFor; // D3
  #links = [];
  #pauses = 0; // D4
  #runsLinks = false;
  #canceller;
  #inCanceller = false;
  #swallowsNext = false; // D2

  constructor(canceller) {
    this.#canceller = canceller;
    deferreds.push(this);
  }

  /** D7: the error at the end of the chain, if nobody handled it. */
  get unhandledError() {
    return this.#result?.failed && !this.#result.handled ? this.#result.value : undefined;
  }

  callback(value) {
    this.fire(success(value));
  }
  errback(error) {
    this.fire(failure(error));
  }

  /** D2: fires once. After a cancel without a canceller, one late firing is swallowed. */
  fire(result) {
    if (this.called && !this.#swallowsNext) throw new AlreadyCalledError();
    if (this.called) {
      this.#swallowsNext = false;
      return;
    }
    this.called = true;
    this.#accept(result);
    this.#run();
  }

  /** D3: a value that is a Deferred is waited for, and its result taken over. That Deferred is left with undefined. */
  #accept(result) {
    const other = result.failed || !(result.value instanceof Deferred) ? undefined : result.value;
    this.#result = undefined;
    if (other === undefined) {
      this.#result = result;
    } else if (this.#isAwaitedBy(other)) {
      this.#result = failure(new TypeError('waits for itself'));
    } else if (other.#canRun && !other.#runsLinks) {
      // It has run to the end of its chain.
      this.#result = unhandled(other.#result);
      other.#result = success(undefined);
    } else {
      this.#waitsFor = other;
      other.#links.push({ waiter: this });
    }
  }

  get #canRun() {
    return this.called && this.#waitsFor === undefined && this.#pauses === 0;
  }

  /** D3: would waiting for `other` close a circle? */
  #isAwaitedBy(other) {
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

  /** J2: passes the result to `observer` and leaves it as it is. If `observer` returns true, an error is handled. */
  observe(observer) {
    this.#add({ observer });
  }

  /** D4 */
  chainDeferred(target) {
    if (target === this) throw new TypeError('chained to itself');
    this.#add({ target });
  }

  /** D4 */
  pause() {
    this.#pauses++;
  }

  unpause() {
    if (this.#pauses === 0) throw new NotPaused();
    this.#pauses--;
    this.#run();
  }

  /** D4: cancels the Deferred that this one waits for, else calls the canceller, else fails with CancelledError. */
  cancel() {
    if (this.#waitsFor !== undefined) {
      this.#waitsFor.cancel();
    } else if (!this.called && !this.#inCanceller) {
      const canceller = this.#canceller;
      this.#swallowsNext = canceller === undefined;
      this.#inCanceller = true;
      canceller?.(this);
      this.#inCanceller = false;
      if (this.called) return;
      this.called = true;
      this.#result = failure(new CancelledError());
      this.#run();
    }
  }

  /** D4: cancels after `ms`. If the CancelledError reaches this place in the chain, it becomes a TimeoutError. */
  addTimeout(ms, clock) {
    const link = { timedOut: false };
    link.timer = clock.callLater(ms, () => {
      link.timedOut = true;
      this.cancel();
    });
    this.#add(link);
  }

  #add(link) {
    this.#links.push(link);
    this.#run();
  }

  /** D5, D6: runs links in order. A link that a callback adds runs after those that are there. */
  #run() {
    if (this.#runsLinks) return;
    this.#runsLinks = true;
    while (this.#canRun && this.#links.length !== 0) this.#runLink(this.#links.shift());
    this.#runsLinks = false;
  }

  #runLink(link) {
    const result = this.#result;
    if (link.waiter !== undefined) {
      // D3
      this.#result = success(undefined);
      link.waiter.#waitsFor = undefined;
      link.waiter.#result = unhandled(result);
      link.waiter.#run();
    } else if (link.target !== undefined) {
      // D4: chainDeferred
      this.#result = success(undefined);
      try {
        link.target.fire(unhandled(result));
      } catch (error) {
        this.#result = failure(error);
      }
    } else if (link.observer !== undefined) {
      if (link.observer(result)) result.handled = true;
    } else if (link.timer !== undefined) {
      // D4: addTimeout
      if (!link.timedOut) link.timer.cancel();
      else if (result.value instanceof CancelledError) this.#result = failure(new TimeoutError());
    } else {
      // D1
      const f = result.failed ? link.errback : link.callback;
      if (f === undefined) return;
      this.#result = success(undefined);
      let next;
      try {
        next = success(f(result.value));
      } catch (error) {
        next = failure(error);
      }
      this.#accept(next);
    }
  }
}

class Task {
  pauses = 0; // S7
  waits = false; // S6
  wokenInTurn = false; // what it yielded in this turn had already fired
  credit = 0; // S2, S13: the turns or the milliseconds that it may still take in this round; below 0: what it owes
  busyPeriod; // S13: of the cooperator, when the task last left the queue
  end; // undefined, or a key of finishedErrors
  stopped; // J3: undefined, or how it will finish: `{ end, outcome }`
  isCleaningUp = false;
  #isClosing = false; // the iterator's `return` is on the stack
  #outcome; // S8
  #whenDones = [];
  #whenDoneWasCalled = false; // D7
  #cooperator;
  #iterator;
  #waitResult; // J2: sent into the iterator in the next turn
  #wait; // J2: an object that stands for the current wait
  #exhausted = false;

  constructor(cooperator, iterator, { name, share, signal }) {
    Object.assign(this, { name, share });
    this.#cooperator = cooperator;
    this.#iterator = iterator;
    iteratorUsers.set(iterator, (iteratorUsers.get(iterator) ?? 0) + 1);
    tasks.push(this);
    // J3: an aborted signal stops the task
    if (signal?.aborted) {
      cooperator.join(this);
      this.stopWith('stopped', failure(signal.reason));
      return;
    }
    signal?.addEventListener('abort', () => {
      if (this.end === undefined && this.stopped === undefined) this.stopWith('stopped', failure(signal.reason));
    });
    cooperator.add(this);
  }

  /** D7: the error of a failed task whose `whenDone` was never called. */
  get unhandledError() {
    return this.end === 'failed' && !this.#whenDoneWasCalled ? this.#outcome.value : undefined;
  }

  /** S6 */
  get state() {
    if (this.end !== undefined) return this.end === 'stoppedByCooperator' ? 'stopped' : this.end;
    if (this.stopped !== undefined) return 'stopping';
    if (this.pauses !== 0) return 'paused';
    return this.waits ? 'waiting' : 'runnable';
  }

  /** J3: a pause does not hold up a clean-up. */
  get runnable() {
    return this.end === undefined && !this.waits && (this.pauses === 0 || this.stopped !== undefined);
  }

  #checkUnfinished() {
    if (this.end !== undefined) throw new finishedErrors[this.end]();
  }

  /** S7 */
  pause() {
    this.#checkUnfinished();
    this.pauses++;
    if (!this.runnable) this.#cooperator.dequeue(this);
  }

  /** S6, S7: a wait is not a pause, so `resume` on a task that only waits throws. */
  resume() {
    if (this.pauses === 0) throw new NotPaused();
    this.pauses--;
    if (this.runnable && this.stopped === undefined) this.#cooperator.enqueue(this);
  }

  /** S7 */
  stop() {
    this.#checkUnfinished();
    if (this.stopped !== undefined) throw new finishedErrors[this.stopped.end]();
    this.stopWith('stopped', failure(new finishedErrors.stopped()));
  }

  /**
   * J3: stops the task. Its clean-up begins after its turn if the code of that is on the stack, else at once. On a task
   * that was stopped before this has no effect, except that `dispose` gives up on the clean-up.
   */
  stopWith(end, outcome) {
    const cooperator = this.#cooperator;
    if (this.stopped === undefined) {
      this.stopped = { end, outcome };
      this.#wait = undefined;
    } else if (!cooperator.isDisposed) {
      return;
    }
    const turns = cooperator.turnOf === this;
    if (turns && cooperator.turnIsSuspended) {
      if (!cooperator.queues(this)) cooperator.enqueue(this);
    } else {
      cooperator.dequeue(this);
      this.waits = true;
    }
    if (!turns || cooperator.turnIsSuspended) this.cleanUp();
  }

  /** S8: a new Deferred for every call; on a finished task it fires at once. */
  whenDone() {
    this.#whenDoneWasCalled = true;
    const whenDone = new Deferred();
    if (this.end === undefined) this.#whenDones.push(whenDone);
    else whenDone.fire({ ...this.#outcome });
    return whenDone;
  }

  /**
   * S1: one call of the iterator.
   * @returns `{ next: 'more' }`, `{ next: 'wait' }`, `{ next: 'suspended' }`, or how the task ends: `{ end, outcome }`
   */
  runTurn() {
    const received = this.#waitResult;
    this.#waitResult = undefined;
    this.wokenInTurn = false;
    let step;
    try {
      // J2: nothing is sent into an iterator that several tasks share.
      const isShared = iteratorUsers.get(this.#iterator) > 1;
      if (!received?.failed) {
        step = isShared || received === undefined ? this.#iterator.next() : this.#iterator.next(received.value);
      } else if (isShared || this.#iterator.throw === undefined) {
        return { end: 'failed', outcome: failure(received.value) };
      } else {
        step = this.#iterator.throw(received.value);
      }
    } catch (error) {
      return this.#fail(error);
    }
    return typeof step.then === 'function' ? this.#suspend(step) : this.#interpret(step);
  }

  /** S12: the turn is suspended until the promised step arrives. A turn in which the task was stopped is over (J3). */
  #suspend(promised) {
    const suspended = this.stopped === undefined;
    const continueWith = (end) => {
      if (this.stopped !== undefined && end.outcome?.failed && !this.#isOwnReason(end.outcome)) {
        this.#cooperator.report(end.outcome.value); // D7: too late for the task
      }
      if (suspended) this.#cooperator.endSuspendedTurn(this, end);
    };
    promised.then(
      (step) => continueWith(this.stopped === undefined ? this.#interpret(step) : { next: 'more' }),
      (error) => continueWith(this.#fail(error)),
    );
    return { next: suspended ? 'suspended' : 'more' };
  }

  #fail(error) {
    this.#exhausted = true;
    return { end: 'failed', outcome: failure(error) };
  }

  #interpret(step) {
    if (step.done) {
      this.#exhausted = true;
      return { end: 'done', outcome: success(step.value) }; // J1
    }
    if (!(step.value instanceof Deferred)) return { next: 'more' };
    const wait = {};
    if (this.stopped === undefined || this.isCleaningUp) this.#wait = wait;
    step.value.observe((result) => this.#receive(wait, result));
    return { next: 'wait' };
  }

  /** J2: what it waited for has a result. Returns whether an error is handled by that. */
  #receive(wait, result) {
    // D7: too late for the task to handle
    if (this.end !== undefined || this.#wait !== wait) return this.#isOwnReason(result);
    this.#waitResult = result;
    this.wokenInTurn = true;
    // A disposed cooperator gives no turns, so a task that waits there is not woken.
    if (this.waits && !this.#cooperator.isDisposed) {
      this.waits = false;
      if (this.runnable && !this.#isClosing) this.#cooperator.enqueue(this);
    }
    return true;
  }

  /** J4: is the error the reason for which this task was stopped? Then it is not reported. */
  #isOwnReason(result) {
    return this.stopped !== undefined && result.value === this.stopped.outcome.value;
  }

  /**
   * J3: closes the iterator when its last task is stopped or ends. Its clean-up may have turns; the task finishes when
   * it is over. On a disposed cooperator there are none, and the clean-up is given up, which is reported (D7).
   */
  cleanUp() {
    const cooperator = this.#cooperator;
    const last = cooperator.isDisposed;
    let next;
    if (this.#isClosing) return; // the call below has disposed of the cooperator
    if (!this.isCleaningUp) {
      this.isCleaningUp = true;
      if (this.#waitResult?.failed) this.#report(this.#waitResult);
      this.#waitResult = undefined;
      this.#isClosing = true;
      const step = this.#close();
      const isOver = step === undefined || step.done;
      if (!isOver && !last) ({ next } = this.#interpret(step));
      this.#isClosing = false;
      if (isOver) {
        this.finishStopped();
        return;
      }
    }
    if (cooperator.isDisposed) {
      cooperator.report(new SchedulerStopped());
      this.finishStopped();
    } else if (this.waits ? next === 'more' : this.runnable && !cooperator.queues(this)) {
      // The second: what its first step has yielded had fired.
      this.waits = false;
      cooperator.enqueue(this);
    }
  }

  /** D7: an error that reaches nobody. */
  #report(result) {
    if (!this.#isOwnReason(result)) this.#cooperator.report(result.value);
  }

  /** J3: the iterator of a stopped task has ended. */
  finishStopped(lastResult) {
    if (lastResult?.failed) this.#report(lastResult);
    this.finish(this.stopped.end, this.stopped.outcome);
  }

  /** J2: the last task of the iterator closes it. */
  #close() {
    const otherUsers = iteratorUsers.get(this.#iterator) - 1;
    iteratorUsers.set(this.#iterator, otherUsers);
    if (otherUsers !== 0 || this.#exhausted) return undefined;
    try {
      return this.#iterator.return?.();
    } catch (error) {
      this.#report(failure(error));
      return undefined;
    }
  }

  /** S9: the task leaves the cooperator first; callbacks of `whenDone` find a consistent state. */
  finish(end, outcome) {
    this.#cooperator.dequeue(this);
    this.#cooperator.remove(this);
    this.end = end;
    this.#outcome = outcome;
    if (this.#waitResult?.failed) this.#report(this.#waitResult);
    this.#waitResult = undefined;
    if (!this.isCleaningUp) this.#close();
    for (const whenDone of this.#whenDones.splice(0)) {
      if (!whenDone.called) whenDone.fire({ ...outcome }); // S8: its holder may have fired it already
    }
  }
}

class Cooperator {
  #queue = []; // S2: the runnable tasks
  #members = []; // all unfinished tasks, in the order in which they were added
  #stopping = []; // S10: the tasks that a `stop` in progress has not finished yet
  #started; // S11
  #stopped = false;
  #disposed = false;
  #pending = false; // S4: is a slice pending at the scheduler?
  #request; // what the scheduler returned for it
  #inSlice = false;
  #inSliceLoop = false; // S5
  #sliceIsDue = false;
  #isOver; // S3: the termination predicate of the open slice
  #dequeuedInTurn = false; // S2: the task whose turn it is has left the queue
  #byTime; // S13
  #quantumMs; // S13: the credit for a share of 1 in each round
  #busyPeriod = 0; // S13: how often the queue has become empty
  #turnStart;
  /** The task whose turn it is. @type {Task | undefined} */
  turnOf;
  /** S12: the code of that turn is not on the stack. */
  turnIsSuspended = false;

  constructor({ started, scheduler, terminationPredicateFactory, onError, fairness, quantumMs }) {
    this.#started = started;
    Object.assign(this, { scheduler, terminationPredicateFactory, report: onError });
    // S13: a slice that is limited by turns or by a user's predicate is fair by turns.
    this.#byTime = fairness === 'time' && terminationPredicateFactory.ms !== undefined;
    this.#quantumMs = quantumMs;
  }

  /** S11 */
  get running() {
    return this.#started && !this.#stopped && !this.#disposed;
  }
  get tasks() {
    return this.#disposed ? [] : [...this.#stopping, ...this.#members];
  }

  cooperate(iterator, options) {
    if (this.#disposed) throw new SchedulerStopped();
    return new Task(this, iterator, options);
  }

  get isDisposed() {
    return this.#disposed;
  }

  join(task) {
    this.#members.push(task);
  }

  /** S10: a task that is added to a stopped cooperator finishes at once. */
  add(task) {
    this.join(task);
    if (this.#stopped) task.stopWith('stoppedByCooperator', failure(new SchedulerStopped()));
    else this.enqueue(task);
  }

  queues(task) {
    return this.#queue.includes(task);
  }

  remove(task) {
    this.#members = without(this.#members, task);
    this.#stopping = without(this.#stopping, task);
  }

  /** S2: a task that is added or resumed goes to the end of the queue. */
  enqueue(task) {
    // In its own turn, what it has left and what it owes are not known before the turn is over.
    if (task !== this.turnOf) this.#settle(task);
    this.#queue.push(task);
    if (this.#queue.length === 1) this.#serveHead();
    this.#requestSlice();
  }

  dequeue(task) {
    if (!this.#queue.includes(task)) return;
    const wasHead = task === this.#queue[0];
    if (task === this.turnOf) this.#dequeuedInTurn = true;
    this.#queue = without(this.#queue, task);
    task.busyPeriod = this.#busyPeriod;
    if (this.#queue.length === 0) {
      this.#busyPeriod++;
      this.#cancelSlice();
    } else if (wasHead) {
      this.#serveHead();
    }
  }

  /**
   * S2, S13: a task that has left the queue loses the credit that it has left. By time it keeps what it owes, unless the
   * queue was empty since.
   */
  #settle(task) {
    const owes = this.#byTime && task.credit < 0 && task.busyPeriod === this.#busyPeriod;
    if (!owes) task.credit = 0;
  }

  /**
   * S2, S13: deficit round robin. A task that comes to the head gets the credit of a round; if it owes more than that, it
   * goes to the end again. A task that is alone has every round to itself.
   */
  #serveHead() {
    for (;;) {
      const [head] = this.#queue;
      const credit = this.#byTime ? this.#quantumMs * head.share : Math.ceil(head.share);
      head.credit = this.#queue.length === 1 ? credit : head.credit + credit;
      if (head.credit > 0) return;
      this.#queue.push(this.#queue.shift());
    }
  }

  /** S10, S11 */
  start() {
    if (this.#disposed) throw new SchedulerStopped();
    this.#started = true;
    this.#stopped = false;
    this.#requestSlice();
  }

  stop() {
    if (!this.#disposed) this.#stopAll();
  }

  /**
   * S10: stops every task in the order of adding. A task that a callback adds after `start` is not among them. Those whose
   * clean-up goes on come after it.
   */
  #stopAll() {
    this.#stopped = true;
    this.#cancelSlice();
    this.#stopping.push(...this.#members.splice(0));
    while (this.#stopping.length !== 0) {
      const task = this.#stopping.shift();
      this.#members.push(task);
      task.stopWith('stoppedByCooperator', failure(new SchedulerStopped()));
    }
    this.#requestSlice();
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stopAll();
  }

  /** S4: at most one slice is pending, and none is requested during a slice or a `stop`. */
  #requestSlice() {
    // J3: on a stopped cooperator clean-ups go on.
    const isUsable = !this.#disposed && (this.#started || this.#stopped);
    const isWanted = isUsable && this.#queue.length !== 0 && this.#stopping.length === 0;
    if (!isWanted || this.#pending || this.#inSlice) return;
    this.#pending = true;
    try {
      this.#request = this.scheduler(() => this.#runSlices());
    } catch (error) {
      this.#pending = false;
      this.report(error); // J7
    }
  }

  /** S4: an idle cooperator leaves nothing behind in the host. */
  #cancelSlice() {
    if (!this.#pending) return;
    this.#pending = false;
    this.#request.cancel();
  }

  /** The scheduler's callback. S4: a stray or late call does nothing. S5: a slice never runs inside a slice. */
  #runSlices() {
    if (!this.#pending) return;
    this.#pending = false;
    this.#sliceIsDue = true;
    if (this.#inSliceLoop) return;
    this.#inSliceLoop = true;
    this.#openDueSlices();
  }

  #openDueSlices() {
    while (this.#sliceIsDue) {
      this.#sliceIsDue = false;
      this.#inSlice = true;
      this.#isOver = this.#makePredicate();
      this.#runTurns();
      if (this.turnIsSuspended) return;
      this.#closeSlice();
    }
    this.#inSliceLoop = false;
  }

  #closeSlice() {
    this.#inSlice = false;
    this.#requestSlice();
  }

  /**
   * S3: runs turns until the predicate returns true, which is called after every turn, or no task is runnable.
   * S12: until a turn is suspended.
   */
  #runTurns() {
    for (let isOver = false; !isOver && this.#queue.length !== 0;) {
      const [task] = this.#queue;
      this.turnOf = task;
      this.#dequeuedInTurn = false;
      this.#turnStart = clock?.now();
      const end = task.runTurn();
      if (end.next === 'suspended') {
        this.turnIsSuspended = true;
        return;
      }
      isOver = this.#endTurn(task, end);
    }
  }

  /** Returns whether the slice is over. */
  #endTurn(task, { end, outcome, next }) {
    this.turnOf = undefined;
    this.#charge(task);
    const stopsNow = task.stopped !== undefined && (!task.isCleaningUp || this.#disposed);
    if (task.end !== undefined) {
      // It was stopped in its turn, which was suspended.
    } else if (task.stopped !== undefined && end !== undefined) task.finishStopped(outcome);
    else if (stopsNow)
      task.cleanUp(); // J6
    else if (end !== undefined) task.finish(end, outcome);
    else if (next === 'wait' && !task.wokenInTurn) this.#wait(task);
    else this.#advance(task, next === 'wait');
    return !this.#disposed && this.#isOver();
  }

  /** S12: the slice continues with the turns of the other tasks. */
  endSuspendedTurn(task, end) {
    this.turnIsSuspended = false;
    if (!this.#endTurn(task, end)) this.#runTurns();
    if (this.turnIsSuspended) return;
    this.#closeSlice();
    this.#openDueSlices();
  }

  /** S2, S13: what a turn costs. */
  #charge(task) {
    const cost = this.#byTime ? Math.max(clock.now() - this.#turnStart, MIN_COST_MS) : 1;
    task.credit = Math.max(task.credit - cost, -MAX_DEBT_MS);
  }

  /** J7: if the factory or the predicate throws, the error is reported and the slice ends after the turn. */
  #makePredicate() {
    const callOr = (f, fallback) => {
      try {
        return f();
      } catch (error) {
        this.report(error);
        return fallback;
      }
    };
    const alwaysOver = () => true;
    const predicate = callOr(() => this.terminationPredicateFactory(), alwaysOver);
    return () => callOr(predicate, true);
  }

  #wait(task) {
    task.waits = true;
    this.dequeue(task);
  }

  /** S2, S13: the task goes to the end if its credit is used up, or it left the queue, or yielded a fired Deferred. */
  #advance(task, yieldedDeferred) {
    if (!this.#queue.includes(task)) return;
    if (task.credit > 0 && !this.#dequeuedInTurn && !yieldedDeferred) return;
    if (task === this.#queue[0]) {
      // It does not leave the queue: another task would be alone for a moment, and be forgiven what it owes.
      task.credit = Math.min(task.credit, 0);
      this.#queue.push(this.#queue.shift());
      this.#serveHead();
    } else {
      this.dequeue(task);
      this.enqueue(task);
    }
  }
}

const predicates = {
  turns: (count) => () => {
    let left = count;
    return () => --left === 0;
  },
  timeSlice: (ms) => {
    const factory = () => {
      const end = clock.now() + ms;
      return () => clock.now() >= end;
    };
    return Object.assign(factory, { ms });
  },
};

/** D7: the errors that nobody handled. */
const unhandledErrors = () =>
  [...deferreds, ...tasks].map((one) => one.unhandledError).filter((error) => error !== undefined);

/** Begins a new model; the one before is no longer usable. */
export function createModel() {
  deferreds = [];
  tasks = [];
  iteratorUsers = new Map();
  clock = undefined;
  const useClock = (used) => {
    clock = used;
  };
  return { Cooperator, Deferred, predicates, unhandledErrors, useClock };
}
