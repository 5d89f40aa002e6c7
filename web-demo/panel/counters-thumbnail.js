// The last of the thumbnails: a button that adds a thousand small tasks, and then the mosaic of these.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { fromTemplate, setText } from '../util/dom.js';
import { whole } from '../util/format.js';
import { MosaicPainter } from './mosaic-painter.js';

export class CountersThumbnail {
  element;
  #button;
  #parts;
  #counters;
  #painter;
  #isVisible;

  /**
   * @param {object} counters  the `Counters` of tasks/
   * @param {() => void} add  adds a thousand
   */
  constructor(counters, add) {
    const { element, parts } = fromTemplate('thumbnail-template');
    this.element = element;
    this.#parts = parts;
    this.#counters = counters;
    element.classList.add('counters-thumbnail');
    element.style.setProperty('--colour', 'var(--task-counters)');
    parts.link.href = '#list-title';
    setText(parts.title, '');
    this.#button = Object.assign(document.createElement('button'), {
      type: 'button',
      className: 'add-thousand',
      textContent: '+ 1,000 tasks',
    });
    this.#button.dataset.testid = 'add-thousand';
    this.#button.addEventListener('click', add);
    element.append(this.#button);
    this.#painter = new MosaicPainter(parts.canvas, counters);
    this.#isVisible = watchVisibility(parts.canvas);
  }

  /** Called in every frame. */
  draw() {
    const { size, isActive, isPaused } = this.#counters;
    this.#button.hidden = size > 0 && (isActive || isPaused);
    this.element.classList.toggle('empty', size === 0);
    setText(this.#parts.title, size === 0 ? '' : `${whole(size)} tasks`);
    if (size === 0 || !this.#isVisible()) return;
    fitCanvas(this.#parts.canvas);
    this.#painter.draw();
  }
}
