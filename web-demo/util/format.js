// Numbers as the page shows them.

const formats = [0, 1].map(
  (digits) =>
    new Intl.NumberFormat('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
);

export const whole = (number) => formats[0].format(number);
export const count = (number, noun) => `${whole(number)} ${noun}${number === 1 ? '' : 's'}`;
export const decimal = (number) => formats[1].format(number);
export const percent = (fraction) =>
  fraction > 0 && fraction < 0.005 ? '< 1 %' : `${formats[0].format(fraction * 100)} %`;

/** Below 20 ms with one decimal, from 1000 ms on in seconds. */
export function duration(ms) {
  if (ms >= 1000) return `${formats[1].format(ms / 1000)} s`;
  return `${formats[ms < 20 ? 1 : 0].format(ms)} ms`;
}

export function bytes(number) {
  if (number < 1e6) return `${formats[1].format(number / 1e3)} kB`;
  return `${formats[1].format(number / 1e6)} MB`;
}
