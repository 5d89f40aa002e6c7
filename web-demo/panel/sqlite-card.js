// The card of SQLite: a query as a task, which can be paused and stopped, and the same in one piece.

import { setText } from '../util/dom.js';
import { duration, whole } from '../util/format.js';

const UNSUPPORTED = 'this browser cannot suspend WebAssembly; Chromium 137, Firefox 139 and Safari 27 can';

export class SqliteCard {
  #parts;
  #load;
  #cooperate;
  #database;
  #task;
  #began = 0;
  #longestFrameMs = 0;

  /**
   * @param {Record<'run' | 'pause' | 'stop' | 'freeze' | 'state', HTMLElement>} parts
   * @param {object} options
   * @param {() => Promise<object>} options.load  opens the database, as tasks/sqlite/run-query.js does
   * @param {Function} options.cooperate
   */
  constructor(parts, { load, cooperate }) {
    this.#parts = parts;
    this.#load = load;
    this.#cooperate = cooperate;
    const { run, pause, stop, freeze } = parts;
    run.addEventListener('click', () => this.#start(() => this.#runAsTask()));
    freeze.addEventListener('click', () => this.#start(() => this.#runInOnePiece()));
    pause.addEventListener('click', () => this.#togglePause());
    stop.addEventListener('click', () => this.#task?.stop());
  }

  /** Takes a frame that ended. */
  addFrame({ gapMs }) {
    this.#longestFrameMs = Math.max(this.#longestFrameMs, gapMs);
  }

  async #start(run) {
    const { run: runButton, freeze, state } = this.#parts;
    runButton.disabled = freeze.disabled = true;
    setText(state, 'Loading SQLite …');
    try {
      this.#database ??= await this.#load();
      await run();
    } catch (error) {
      setText(state, this.#task?.state === 'stopped' ? `Stopped after ${this.#elapsed()}.` : String(error));
    }
    this.#task = undefined;
    this.#enable(false);
    runButton.disabled = freeze.disabled = false;
  }

  async #runAsTask() {
    if (!this.#database.isInterruptible) throw new Error(UNSUPPORTED);
    this.#begin();
    const { task, result } = this.#database.asTask(this.#cooperate);
    this.#task = task;
    this.#enable(true);
    setText(this.#parts.state, 'The query is running. The page goes on.');
    this.#showResult(await result, 'as a task');
  }

  async #runInOnePiece() {
    setText(this.#parts.state, 'The query is running in one piece.');
    await nextFrame();
    await nextFrame();
    this.#begin();
    const found = this.#database.inOnePiece();
    await nextFrame();
    await nextFrame(); // the long frame has ended
    this.#showResult(found, 'in one piece');
  }

  #begin() {
    this.#began = performance.now();
    this.#longestFrameMs = 0;
  }

  #showResult(found, how) {
    setText(
      this.#parts.state,
      `Found ${whole(found)} in ${this.#elapsed()} ${how}; longest frame: ${duration(this.#longestFrameMs)}.`,
    );
  }

  #elapsed() {
    return duration(performance.now() - this.#began);
  }

  #togglePause() {
    const { pause, state } = this.#parts;
    const isPaused = this.#task?.state === 'paused';
    if (isPaused) this.#task.resume();
    else this.#task?.pause();
    setText(pause, isPaused ? 'Pause' : 'Resume');
    setText(state, isPaused ? 'The query is running. The page goes on.' : 'Paused, in the middle of the query.');
  }

  /** Pause and stop are for a running task. */
  #enable(isRunning) {
    const { pause, stop } = this.#parts;
    pause.disabled = stop.disabled = !isRunning;
    setText(pause, 'Pause');
  }
}

const nextFrame = () => new Promise(requestAnimationFrame);
