// The switch, and the sentence beside it that says what the page is doing, or what has just happened to it.

import { setAttribute, setText } from '../util/dom.js';
import { count, duration, whole } from '../util/format.js';

/**
 * What a freeze did. `delayMs` is the longest delay of an input, 0 if there was none.
 * @typedef {{ frozenMs: number, missedFrames: number, delayMs: number }} Freeze
 */

const FROZEN_TEXT = 'Frozen: the same work runs without a break, and nothing else does.';

export class CooperateSwitch {
  #disabled = false;
  #button;
  #state;
  #effect;
  #bar;
  #frameRate;
  #displayRate;
  #announce;
  #isOn = true;
  #ignoreBefore = 0; // clicks from before this time were made while the page was frozen
  #result; // the sentence about the last freeze

  /**
   * @param {object} parts
   * @param {HTMLButtonElement} parts.button
   * @param {HTMLElement} parts.state  shows "on" or "off"
   * @param {HTMLElement} parts.effect  the sentence
   * @param {HTMLElement} parts.bar  gets the class `off`
   * @param {HTMLElement} parts.frameRate
   * @param {HTMLElement} parts.displayRate
   * @param {() => Promise<Freeze>} parts.freeze
   * @param {(text: string) => void} parts.announce
   */
  constructor({ button, state, effect, bar, frameRate, displayRate, freeze, announce }) {
    this.#button = button;
    this.#state = state;
    this.#effect = effect;
    this.#bar = bar;
    this.#frameRate = frameRate;
    this.#displayRate = displayRate;
    this.#announce = announce;
    button.addEventListener('click', async (event) => {
      if (this.disabled || !this.#isOn || event.timeStamp < this.#ignoreBefore) return;
      this.#show(false);
      const result = await freeze();
      this.#ignoreBefore = performance.now();
      this.#result = describeFreeze(result);
      this.#show(true);
      this.#announce(this.#result);
    });
  }

  get disabled() {
    return this.#disabled;
  }

  set disabled(disabled) {
    this.#disabled = disabled;
    setAttribute(this.#button, 'aria-disabled', String(disabled));
  }

  get isOn() {
    return this.#isOn;
  }

  /**
   * @param {object} now
   * @param {number} now.running  how many computations run
   * @param {number} now.counters  how many small tasks run beside them
   * @param {string} now.mode  how they run
   * @param {number} [now.framesPerSecond]  of the page
   * @param {number} now.displayRate  how many frames per second the display can show
   */
  update({ running, counters, mode, framesPerSecond, displayRate }) {
    // A second that begins just before a frame has one frame more than the display's rate.
    if (framesPerSecond !== undefined) setText(this.#frameRate, whole(Math.min(framesPerSecond, displayRate)));
    setText(this.#displayRate, `of ${whole(displayRate)}`);
    if (this.#isOn) setText(this.#effect, this.#result ?? describe(running, counters, mode));
  }

  #show(isOn) {
    this.#isOn = isOn;
    setAttribute(this.#button, 'aria-checked', String(isOn));
    setText(this.#state, isOn ? 'on' : 'off');
    setText(this.#effect, isOn ? this.#result : FROZEN_TEXT);
    this.#bar.classList.toggle('off', !isOn);
    this.#bar.classList.toggle('was-frozen', isOn);
  }
}

function describe(running, counters, mode) {
  if (mode !== 'cooperative') return 'The computations run in another way now: see Advanced, below.';
  if (running === 0) return 'All computations are done. Switch off: they start again, and freeze the page.';
  const work = count(running, 'computation') + (counters > 0 ? ` and ${count(counters, 'small task')}` : '');
  return `${work} running, and the page responds. Switch off: it freezes for two seconds.`;
}

/** @param {Freeze} freeze */
export function describeFreeze({ frozenMs, missedFrames, delayMs }) {
  const input = delayMs > 100 ? `, and your input waited for ${duration(delayMs)}` : '';
  return `You were frozen for ${duration(frozenMs)}: ${count(missedFrames, 'frame')} missed${input}. Now cooperator is on again.`;
}
