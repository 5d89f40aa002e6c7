export const median = (values) => quantile(values, 0.5);

/** @param {number[]} values  none: NaN */
export function quantile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)];
  return below === undefined ? NaN : below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

export const delays = (values) => ({
  count: values.length,
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  max: values.length === 0 ? NaN : Math.max(...values),
});

const RESAMPLES = 4000;

/**
 * The median and, by the bootstrap, the range in which it lies with this confidence. The same for the same values.
 * @param {number[]} values
 * @param {number} [confidence]
 */
export function medianWithin(values, confidence = 0.95) {
  let state = 0x9e3779b9;
  const below = (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => values[below(values.length)])));
  const outside = (1 - confidence) / 2;
  return { value: median(values), low: quantile(medians, outside), high: quantile(medians, 1 - outside) };
}
