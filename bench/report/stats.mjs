/** @param {number[]} values  NaN if there are none @param {number} fraction  from 0 to 1 */
export function quantile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)];
  return below === undefined ? NaN : below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

/** The median, and the quartiles as its range. */
export const summarize = (values) => ({
  value: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

const RESAMPLES = 4000;

/**
 * The median with a confidence interval by the bootstrap. Deterministic: the same values give the same interval.
 * @param {number[]} values
 * @param {number} confidence  from 0 to 1
 */
export function medianInterval(values, confidence) {
  let state = 0x9e3779b9;
  const randomBelow = (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => values[randomBelow(values.length)])));
  const tail = (1 - confidence) / 2;
  return { value: median(values), low: quantile(medians, tail), high: quantile(medians, 1 - tail) };
}
