// The computations in small, on the first screen: what each has done so far.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { fromTemplate, setAttribute, setText } from '../util/dom.js';
import { percent } from '../util/format.js';

/** Each thumbnail is drawn in one of this many frames: drawing all of them would take time from the page. */
const EVERY = 3;

export class Thumbnails {
  #thumbnails;
  #isVisible;
  #frame = 0;

  /**
   * @param {HTMLElement} list
   * @param {object[]} jobs  as in tasks/job-runner.js
   * @param {HTMLElement} last  the last element of the list, which belongs to the counters
   */
  constructor(list, jobs, last) {
    this.#thumbnails = jobs.map((job) => createThumbnail(job));
    list.append(...this.#thumbnails.map(({ element }) => element), last);
    this.#isVisible = watchVisibility(list);
  }

  /** Called in every frame. */
  draw() {
    this.#frame++;
    if (!this.#isVisible()) return;
    for (const [index, { job, context, parts }] of this.#thumbnails.entries()) {
      if ((index + this.#frame) % EVERY !== 0) continue;
      fitCanvas(context.canvas);
      job.drawThumbnail(context);
      setText(parts.state, stateText(job));
      setAttribute(parts.state, 'data-state', job.state);
      parts.link.style.setProperty('--progress', job.progress.toFixed(3));
    }
  }
}

function createThumbnail(job) {
  const { element, parts } = fromTemplate('thumbnail-template');
  element.dataset.testid = `thumbnail-${job.id}`;
  element.style.setProperty('--colour', `var(--task-${job.slot})`);
  parts.link.href = `#${job.id}`;
  setText(parts.title, job.shortTitle);
  parts.link.title = job.title;
  return { job, element, parts, context: parts.canvas.getContext('2d') };
}

const stateText = ({ state, isActive, progress }) => (isActive ? percent(progress) : state);
