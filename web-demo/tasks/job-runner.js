// Runs a job: creates its task, and when that is done, creates another one to repeat it.
//
// A job has at most one task at a time. Each task belongs to a run; a callback that arrives late, from an earlier run,
// is recognised by the number of its run and ignored.

const REPEAT_AFTER_MS = 1500;
const STOPPABLE = ['runnable', 'waiting', 'paused'];

/**
 * @typedef {object} JobDefinition
 * @property {string} id
 * @property {string} title
 * @property {string} [shortTitle]  where there is little room
 * @property {string} language
 * @property {string} about  a sentence for the card
 * @property {Record<string, () => Promise<{ default: string }>>} sources  by file name, what imports the text
 * @property {(options: ViewOptions) => JobView} createView
 *
 * @typedef {object} ViewOptions
 * @property {HTMLElement} element  where the view goes
 * @property {number} slot
 * @property {() => void} restart  runs the job from the beginning
 *
 * @typedef {object} JobView
 * @property {() => Promise<unknown>} [load]  loads what a run needs; called before every run
 * @property {(tools: Tools, loaded: unknown) => import('cooperator').Work} createWork  makes the work of one run.
 *   The result of its task, if there is one, becomes the note.
 * @property {() => { done: number, total: number } | undefined | void} [refresh]  draws, and may return the progress;
 *   called in every frame
 * @property {(context: CanvasRenderingContext2D) => void} drawThumbnail  draws what there is so far
 * @property {(file: File) => void} [receiveFile]
 * @property {() => void} [prepareRepeat]  called before a run that follows another by itself
 *
 * @typedef {object} Tools
 * @property {typeof import('cooperator').native} native
 * @property {import('cooperator').Cooperator['cooperate']} cooperate  adds another task, which counts for this job
 * @property {(text: string) => void} setNote
 */

export class JobRunner {
  /** 0 to 1. */
  progress = 0;
  note = '';
  #definition;
  #slot;
  #cooperator;
  #recorder;
  #settings;
  #view;
  #task;
  #share; // turns in a row, of the task
  #stateWithoutTask = 'off'; // or 'loading', 'failed'
  #run = 0;

  /** @param {HTMLElement} options.element  where the view of the job goes */
  constructor({ definition, slot, cooperator, recorder, settings, element }) {
    this.#definition = definition;
    this.#slot = slot;
    this.#cooperator = cooperator;
    this.#recorder = recorder;
    this.#settings = settings;
    this.#view = definition.createView({ element, slot, restart: () => this.start() });
  }

  get id() {
    return this.#definition.id;
  }

  get title() {
    return this.#definition.title;
  }

  get shortTitle() {
    return this.#definition.shortTitle ?? this.title;
  }

  get language() {
    return this.#definition.language;
  }

  get slot() {
    return this.#slot;
  }

  /** The state of the task or, without a task, 'loading', 'failed' or 'off'. */
  get state() {
    return this.#task?.state ?? this.#stateWithoutTask;
  }

  get isActive() {
    return ['runnable', 'waiting', 'loading'].includes(this.state);
  }

  get isPaused() {
    return this.state === 'paused';
  }

  /** Starts the job from the beginning. The settings, and so the address, remember that it is on. */
  start() {
    this.#settings.setOff(this.id, false);
    this.#beginRun();
  }

  /** Stops the task, or cancels a run that is still loading. The settings remember that the job is off. */
  stop() {
    this.#settings.setOff(this.id, true);
    if (this.state === 'loading') this.#switchOff();
    else this.#stopTask();
  }

  pause() {
    if (this.isActive) this.#task?.pause();
  }

  resume() {
    if (this.isPaused) this.#task.resume();
  }

  /** Starts from the beginning, or leaves the job without a task if it is off in the settings. */
  reset() {
    if (this.#settings.off.has(this.id)) this.#switchOff();
    else this.#beginRun();
  }

  /** Starts from the beginning if the share in the settings changed: a task has the share that it was made with. */
  applyShare() {
    if (this.#share !== this.#settings.shareOf(this.id) && this.isActive) this.#beginRun();
  }

  /**
   * Starts from the beginning with a file.
   * @returns {boolean} whether the job takes files
   */
  receiveFile(file) {
    if (!this.#view.receiveFile) return false;
    this.#view.receiveFile(file);
    this.start();
    return true;
  }

  /** Draws the view. Called in every frame. */
  refresh() {
    const progress = this.#view.refresh?.();
    if (progress) this.#setProgress(progress);
  }

  /** Draws what there is so far, on a canvas of any size. */
  drawThumbnail(context) {
    this.#view.drawThumbnail(context);
  }

  async #beginRun() {
    const run = ++this.#run;
    this.#removeTask('loading');
    this.progress = 0;
    this.note = '';
    this.#share = this.#settings.shareOf(this.id);
    try {
      const loaded = await this.#view.load?.();
      if (run !== this.#run) return;
      this.#task = this.#cooperate(this.#view.createWork(this.#tools(run), loaded), {
        share: this.#share,
        onProgress: (progress) => {
          if (run === this.#run) this.#setProgress(progress);
        },
      });
      this.note = '';
      const result = await this.#task.whenDone();
      if (run !== this.#run) return;
      this.progress = 1;
      this.refresh();
      if (result !== undefined) this.note = result;
      this.#repeatLater(run);
    } catch (error) {
      if (run !== this.#run) return;
      if (this.#task?.state === 'stopped') return;
      if (this.#task === undefined) this.#stateWithoutTask = 'failed';
      this.note = String(error);
    }
  }

  #switchOff() {
    this.#run++; // what is still loading must not start a task
    this.#removeTask('off');
  }

  #setProgress({ done, total }) {
    this.progress = total ? done / total : 0;
  }

  #tools(run) {
    return {
      native: (options) => this.#recorder.recordNative(this.#slot, options),
      cooperate: (work, options) => this.#cooperate(work, options),
      setNote: (text) => {
        if (run === this.#run) this.note = text;
      },
    };
  }

  #cooperate(work, options) {
    const recorded = typeof work === 'function' ? this.#recorder.recordGenerator(this.#slot, work) : work;
    return this.#cooperator.cooperate(recorded, { name: this.title, ...options });
  }

  #stopTask() {
    if (this.#task && STOPPABLE.includes(this.#task.state)) this.#task.stop();
  }

  #removeTask(stateWithoutTask) {
    this.#stopTask();
    this.#task = undefined;
    this.#stateWithoutTask = stateWithoutTask;
  }

  /** Leaves time to look at the result. While the page is hidden, nothing is repeated. */
  #repeatLater(run) {
    setTimeout(() => {
      if (run !== this.#run || this.state !== 'done' || !this.#settings.repeat) return;
      if (document.hidden) {
        this.#repeatLater(run);
        return;
      }
      this.#view.prepareRepeat?.();
      this.#beginRun();
    }, REPEAT_AFTER_MS);
  }
}
