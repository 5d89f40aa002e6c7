// What the visitor has chosen. The address contains all settings that differ from the defaults, so that a view can be
// shared as a link.

import { hasScheduler } from './modes.js';

/** The values of each setting, the default first; and the upper limit of `counters`. */
const CHOICES = {
  mode: ['cooperative', 'one-piece', 'timeout'],
  scheduler: ['auto', 'message', 'postTask', 'animationFrame', 'idle', 'timeout'],
  budget: ['auto', '1', '2', '5', '10', '20', '50'],
  share: [1, 2, 4, 8],
  mostCounters: 5000,
};

const firstOr = (choices, text) => (choices.includes(text) ? text : choices[0]);
const list = (text) => (text ? text.split(',') : []);

export class Settings {
  choices = CHOICES;
  mode;
  scheduler;
  /** The budget of a slice in ms, or 'auto'. */
  budget;
  /** Whether jobs start again when they are done. By default they run once. */
  repeat;
  /** How many counters there are. */
  counters;
  /** Jobs that do not start by themselves. */
  off;
  #shares = new Map(); // by job; a default share is not stored
  #listeners = [];

  /** @param {string} search  the query of an address; whatever is not valid in it becomes the default */
  constructor(search = '') {
    const query = new URLSearchParams(search);
    this.mode = firstOr(CHOICES.mode, query.get('mode'));
    this.scheduler = firstOr(CHOICES.scheduler.filter(hasScheduler), query.get('scheduler'));
    this.budget = firstOr(CHOICES.budget, query.get('budget'));
    this.repeat = query.get('repeat') === 'yes';
    this.counters = Math.min(CHOICES.mostCounters, Math.max(0, Math.trunc(Number(query.get('counters'))) || 0));
    this.off = new Set(list(query.get('off')));
    for (const [job, share] of list(query.get('shares')).map((pair) => pair.split(':'))) {
      if (CHOICES.share.includes(Number(share))) this.#shares.set(job, Number(share));
    }
  }

  supportsScheduler(name) {
    return hasScheduler(name);
  }

  /** The turns in a row of a job. */
  shareOf(job) {
    return this.#shares.get(job) ?? CHOICES.share[0];
  }

  setShare(job, share) {
    if (share === CHOICES.share[0]) this.#shares.delete(job);
    else this.#shares.set(job, share);
    this.#notify('shares');
  }

  setOff(job, off) {
    if (off) this.off.add(job);
    else this.off.delete(job);
    this.#notify('off');
  }

  /**
   * @param {'mode' | 'scheduler' | 'budget' | 'repeat' | 'counters'} name
   * @param {string | boolean | number} value
   * @param {object} [options]
   * @param {boolean} [options.force]  notifies the listeners even if the value is the same, so that work starts anew
   */
  set(name, value, { force = false } = {}) {
    if (this[name] === value && !force) return;
    this[name] = value;
    this.#notify(name);
  }

  /** @param {(name: string) => void} listener  called with 'mode', 'shares', … after a change */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  #notify(name) {
    for (const listener of this.#listeners) listener(name);
  }

  /** The query of an address with these settings. */
  toString() {
    const entries = [
      ['mode', this.mode === CHOICES.mode[0] ? '' : this.mode],
      ['scheduler', this.scheduler === CHOICES.scheduler[0] ? '' : this.scheduler],
      ['budget', this.budget === CHOICES.budget[0] ? '' : this.budget],
      ['repeat', this.repeat ? 'yes' : ''],
      ['counters', this.counters === 0 ? '' : String(this.counters)],
      ['off', [...this.off].join(',')],
      ['shares', [...this.#shares].map(([job, share]) => `${job}:${share}`).join(',')],
    ].filter(([, text]) => text !== '');
    // Commas and colons need no escape in a query, and people read addresses.
    const readable = (text) => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':');
    return entries.map(([name, text]) => `${name}=${readable(text)}`).join('&');
  }
}

/** Writes every change into the address. */
export function keepInAddress(settings) {
  settings.onChange(() => {
    const query = settings.toString();
    history.replaceState(null, '', `${location.pathname}${query && `?${query}`}${location.hash}`);
  });
}
