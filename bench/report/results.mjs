// What was measured on one host, as JSON: by benchmark and part, the figures of each round, or why there are none.
import { summarize } from './stats.mjs';

/**
 * Where to find a figure.
 * @typedef {[benchmark: string, part: string, key: string]} Path
 *
 * @typedef {{ rounds: Record<string, any>[], error?: string }} PartResults  figures are numbers or lists of numbers
 */

export class Results {
  /** @type {Record<string, Record<string, PartResults>>} */
  #parts;

  constructor(json = {}) {
    this.#parts = json;
  }

  /** @param {string} benchmark @param {string} part @param {Record<string, any>} figures  or an object with `error` */
  add(benchmark, part, figures) {
    const results = ((this.#parts[benchmark] ??= {})[part] ??= { rounds: [] });
    if (typeof figures.error === 'string') results.error ??= figures.error;
    else results.rounds.push(figures);
  }

  /** Whether the part was measured, or failed. */
  has(benchmark, part) {
    return this.#parts[benchmark]?.[part] !== undefined;
  }

  /** @returns {string | undefined} */
  error(benchmark, part) {
    return this.#parts[benchmark]?.[part]?.error;
  }

  /** The values of all rounds; lists are concatenated. @param {Path} path @returns {any[]} */
  values([benchmark, part, key]) {
    const { rounds = [] } = this.#parts[benchmark]?.[part] ?? {};
    return rounds.flatMap((figures) => figures[key] ?? []);
  }

  /** @param {Path} path */
  summary(path) {
    return summarize(this.values(path));
  }

  /**
   * Computed within each round, where both were measured one after the other.
   * @param {Path} above
   * @param {Path} below
   */
  ratio(above, below) {
    const divisors = this.values(below);
    const dividends = this.values(above).slice(0, divisors.length);
    return summarize(dividends.map((value, round) => value / divisors[round]));
  }

  /** @returns {{ name: string, error: string }[]} */
  errors() {
    return Object.entries(this.#parts).flatMap(([benchmark, parts]) =>
      Object.entries(parts).flatMap(([part, { error }]) =>
        error === undefined ? [] : [{ name: `${benchmark}: ${part}`, error }],
      ),
    );
  }

  toJSON() {
    return this.#parts;
  }
}
