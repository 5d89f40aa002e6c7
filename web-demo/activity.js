// A job at work: its task of the moment, how far it is, and what can be done to it.
//
// A job is { id, title, language, about, sources, view }. `view({ element, restart })` builds what is to be seen and
// gives { load?, begin, refresh?, receive?, again? }: `load` gets what is not there yet, `begin` makes the work for a
// task of it, `refresh` draws and may tell the progress, `receive` takes a file, and `again` prepares the next round.

const REST_MS = 1500;

export class Activity {
  progress = 0;
  note = '';
  /** Turns in a row, of the task that there is. */
  share;
  task;
  #workshop;
  #recorder;
  #settings;
  #view;
  #preparation; // 'loading', 'failed' or 'resting', while there is no task
  #rounds = 0;

  constructor({ job, slot, recorder, settings, element }) {
    this.job = job;
    this.slot = slot;
    this.#recorder = recorder;
    this.#settings = settings;
    this.#view = job.view({ element, slot, restart: () => this.start() });
  }

  set workshop(workshop) {
    this.#workshop = workshop;
  }

  /** A task's own state; without one `loading`, `failed` or `off`. */
  get state() {
    return this.task?.state ?? this.#preparation ?? 'off';
  }

  get title() {
    return this.job.title;
  }

  get language() {
    return this.job.language;
  }

  get isLively() {
    return ['runnable', 'waiting', 'loading'].includes(this.state);
  }

  get isPaused() {
    return this.state === 'paused';
  }

  /** As the visitor wishes; the address tells it. */
  start() {
    this.#settings.setOff(this.job.id, false);
    this.begin();
  }

  stop() {
    this.#settings.setOff(this.job.id, true);
    if (this.task && ['runnable', 'waiting', 'paused'].includes(this.task.state)) this.task.stop();
  }

  async begin() {
    const round = ++this.#rounds;
    this.#end();
    this.#preparation = 'loading';
    this.progress = 0;
    this.note = '';
    this.share = this.#settings.shareOf(this.job.id);
    try {
      const loaded = await this.#view.load?.();
      if (round !== this.#rounds) return; // while it was loading, another one has begun
      this.task = this.#add(this.#view.begin(this.#tools(round), loaded), {
        name: this.job.title,
        share: this.share,
        onProgress: ({ done, total }) => {
          if (round === this.#rounds) this.#report(done, total);
        },
      });
      this.note = '';
      const result = await this.task.whenDone();
      if (round !== this.#rounds) return;
      this.progress = 1;
      this.refresh();
      if (result !== undefined) this.note = result;
      this.#again(round);
    } catch (error) {
      if (round !== this.#rounds) return;
      if (this.task?.state === 'stopped') return;
      if (this.task === undefined) this.#preparation = 'failed';
      this.note = String(error);
    }
  }

  /** Without a task until it is started. */
  rest() {
    this.#rounds++;
    this.#end();
    this.#preparation = undefined;
  }

  pause() {
    if (this.isLively) this.task?.pause();
  }

  resume() {
    if (this.isPaused) this.task.resume();
  }

  /** Takes a file, if the job is for files, and begins with it. */
  receive(file) {
    if (!this.#view.receive) return false;
    this.#view.receive(file);
    this.start();
    return true;
  }

  /** Before every frame. */
  refresh() {
    const seen = this.#view.refresh?.();
    if (seen) this.#report(seen.done, seen.total);
  }

  #report(done, total) {
    this.progress = total ? done / total : 0;
  }

  #tools(round) {
    return {
      native: (options) => this.#recorder.native(this.slot, options),
      /** A task within the task, which the visitor does not see as one of its own. */
      inner: (work, options) => this.#add(work, { name: this.job.title, ...options }),
      note: (text) => {
        if (round === this.#rounds) this.note = text;
      },
    };
  }

  #add(work, options) {
    const noted = typeof work === 'function' ? this.#recorder.generator(this.slot, work) : work;
    return this.#workshop.cooperate(noted, options);
  }

  #end() {
    const { task } = this;
    this.task = undefined;
    if (task && ['runnable', 'waiting', 'paused'].includes(task.state)) task.stop();
  }

  /** The result is to be seen for a moment; a hidden page does nothing of its own accord. */
  #again(round) {
    setTimeout(() => {
      if (round !== this.#rounds || this.state !== 'done' || !this.#settings.repeat) return;
      if (document.hidden) {
        this.#again(round);
        return;
      }
      this.#view.again?.();
      this.begin();
    }, REST_MS);
  }
}
