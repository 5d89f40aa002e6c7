// Creates and updates elements.

/** Assigning a text costs a layout even if it is the same text, and the frame loop calls this in every frame. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function createElement(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Copies a `<template>` of the page. `parts` holds the elements of the copy by their `data-part`. */
export function fromTemplate(id) {
  const element = document.getElementById(id).content.cloneNode(true).firstElementChild;
  const parts = Object.fromEntries(
    [...element.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]),
  );
  return { element, parts };
}
