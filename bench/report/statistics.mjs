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
