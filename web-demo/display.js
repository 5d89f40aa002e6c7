// How numbers and elements are put on the page.

const formats = [0, 1].map((digits) => new Intl.NumberFormat('en', {
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
}));

export const whole = (number) => formats[0].format(number);
export const milliseconds = (number, digits = 0) => `${formats[digits].format(number)} ms`;

/** Writing a text, even the same one, costs a layout: the frame loop writes only what is new. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

export function html(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Fits a canvas's pixels to its size on the page and the screen; gives its context, scaled to CSS pixels. */
export function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** The value of a CSS custom property of the page, followed through changes of the colour scheme. */
export function themeColours(...names) {
  const read = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of names) colours[name] = style.getPropertyValue(`--${name}`).trim();
  };
  const colours = {};
  read();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read);
  return colours;
}
