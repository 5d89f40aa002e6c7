// How numbers, elements and canvases are put on the page.

const formats = [0, 1].map(
  (digits) =>
    new Intl.NumberFormat('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
);

export const whole = (number) => formats[0].format(number);
export const percent = (part) => (part > 0 && part < 0.005 ? '< 1 %' : `${formats[0].format(part * 100)} %`);

/** Short times with a digit after the point, long ones in seconds. */
export function duration(ms) {
  if (ms >= 1000) return `${formats[1].format(ms / 1000)} s`;
  return `${formats[ms < 20 ? 1 : 0].format(ms)} ms`;
}

export function bytes(number) {
  if (number < 1e6) return `${formats[1].format(number / 1e3)} kB`;
  return `${formats[1].format(number / 1e6)} MB`;
}

/** Writing a text, even the same one, costs a layout: the frame loop writes only what is new. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function html(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A copy of a template of the page, and its parts by their `data-part`. */
export function fromTemplate(id) {
  const element = document.getElementById(id).content.cloneNode(true).firstElementChild;
  const parts = Object.fromEntries(
    [...element.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]),
  );
  return { element, parts };
}

/** Fits a canvas's pixels to its size on the page and the screen; says whether that has cleared it. */
export function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio),
    height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

/** Gives a function that says whether the element is in sight: what is not need not be drawn. */
export function watchSight(element, onSight = () => {}) {
  let inSight = true;
  new IntersectionObserver(
    (entries) => {
      const before = inSight;
      inSight = entries.at(-1).isIntersecting;
      if (inSight && !before) onSight();
    },
    { rootMargin: '25%' },
  ).observe(element);
  return () => inSight;
}

export const stillness = matchMedia('(prefers-reduced-motion: reduce)');
export const darkness = matchMedia('(prefers-color-scheme: dark)');
