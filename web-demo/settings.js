// What the visitor has chosen. It stands in the address, so that a view can be shared; what is default does not.

export const MODES = ['cooperative', 'one-piece', 'timeout'];
export const SCHEDULERS = ['auto', 'message', 'postTask', 'animationFrame', 'idle', 'timeout'];
export const BUDGETS = ['auto', '1', '2', '5', '10', '20', '50'];
export const SHARES = [1, 2, 4, 8];
export const MOST_COUNTERS = 5000;

const oneOf = (allowed, text) => (allowed.includes(text) ? text : allowed[0]);
const list = (text) => (text ? text.split(',') : []);

export class Settings {
  #listeners = [];

  constructor(search = '') {
    const query = new URLSearchParams(search);
    this.mode = oneOf(MODES, query.get('mode'));
    this.scheduler = oneOf(SCHEDULERS, query.get('scheduler'));
    this.budget = oneOf(BUDGETS, query.get('budget'));
    this.repeat = query.get('repeat') !== 'no';
    this.counters = Math.min(MOST_COUNTERS, Math.max(0, Math.trunc(Number(query.get('counters'))) || 0));
    /** Jobs that are not started by themselves. */
    this.off = new Set(list(query.get('off')));
    /** Turns in a row, by job, where there is more than one. */
    this.shares = new Map();
    for (const [job, share] of list(query.get('shares')).map((pair) => pair.split(':'))) {
      if (SHARES.includes(Number(share))) this.shares.set(job, Number(share));
    }
  }

  shareOf(job) {
    return this.shares.get(job) ?? SHARES[0];
  }

  setShare(job, share) {
    if (share === SHARES[0]) this.shares.delete(job);
    else this.shares.set(job, share);
    this.#changed('shares');
  }

  setOff(job, off) {
    if (off) this.off.add(job);
    else this.off.delete(job);
    this.#changed('off');
  }

  /**
   * @param {'mode' | 'scheduler' | 'budget' | 'repeat' | 'counters'} name
   * @param {boolean} [again]  begin anew, even if it is as it was
   */
  set(name, value, again = false) {
    if (this[name] === value && !again) return;
    this[name] = value;
    this.#changed(name);
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  #changed(name) {
    for (const listener of this.#listeners) listener(name);
  }

  toString() {
    const entries = [
      ['mode', this.mode === MODES[0] ? '' : this.mode],
      ['scheduler', this.scheduler === SCHEDULERS[0] ? '' : this.scheduler],
      ['budget', this.budget === BUDGETS[0] ? '' : this.budget],
      ['repeat', this.repeat ? '' : 'no'],
      ['counters', this.counters === 0 ? '' : String(this.counters)],
      ['off', [...this.off].join(',')],
      ['shares', [...this.shares].map(([job, share]) => `${job}:${share}`).join(',')],
    ].filter(([, text]) => text !== '');
    // People read addresses, and in a query neither commas nor colons need an escape.
    const readable = (text) => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':');
    return entries.map(([name, text]) => `${name}=${readable(text)}`).join('&');
  }
}

/** Keeps the address in step with the settings. */
export function keepInAddress(settings) {
  settings.onChange(() => {
    const query = settings.toString();
    history.replaceState(null, '', `${location.pathname}${query && `?${query}`}${location.hash}`);
  });
}
