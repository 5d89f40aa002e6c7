// What was measured, by subject and part: for each round an object of figures, numbers or lists of them.
import { median, quantile } from './statistics.mjs';

/**
 * Where a figure is to be found.
 * @typedef {[subject: string, part: string, key: string]} Place
 */

/** The middle of several values and the range of the middle half. */
export const summary = (values) => ({
  value: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

export class Figures {
  /** @type {Map<string, { rounds: Record<string, any>[], error?: string }>} */
  #parts = new Map();

  /** @param {string} subject @param {string} part @param {Record<string, any>} figures  or an `error` */
  add(subject, part, figures) {
    const known = this.part(subject, part);
    if (typeof figures.error === 'string') known.error ??= figures.error;
    else known.rounds.push(figures);
    this.#parts.set(`${subject}: ${part}`, known);
  }

  part(subject, part) {
    return this.#parts.get(`${subject}: ${part}`) ?? { rounds: [] };
  }

  /** Why there is nothing, if so. */
  error(subject, part) {
    return this.part(subject, part).error;
  }

  /** One for each round; the lists of all rounds, put together. @param {Place} place @returns {any[]} */
  values([subject, part, key]) {
    return this.part(subject, part).rounds.flatMap((figures) => (key in figures ? figures[key] : []));
  }

  /** @param {Place} place */
  summary(place) {
    return summary(this.values(place));
  }

  /** Within each round, as both were measured one after the other. @param {Place} ours @param {Place} theirs */
  ratio(ours, theirs) {
    const below = this.values(theirs);
    return summary(
      this.values(ours)
        .slice(0, below.length)
        .map((value, round) => value / below[round]),
    );
  }

  /** @returns {{ part: string, error: string }[]} */
  errors() {
    return [...this.#parts].flatMap(([part, { error }]) => (error === undefined ? [] : [{ part, error }]));
  }

  toJSON() {
    return Object.fromEntries(this.#parts);
  }
}
