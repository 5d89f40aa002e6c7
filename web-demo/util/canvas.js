// The size and the visibility of canvases.

/**
 * Matches the resolution of a canvas to its size on the screen.
 * @returns {boolean} whether the resolution changed, which clears the canvas
 */
export function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio),
    height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

/**
 * Watches whether an element is on the screen, or close to it, so that the page need not draw it otherwise.
 * @param {() => void} [onVisible]  called whenever the element comes into view
 * @returns {() => boolean} whether the element is visible now
 */
export function watchVisibility(element, onVisible = () => {}) {
  let visible = true;
  new IntersectionObserver(
    (entries) => {
      const before = visible;
      visible = entries.at(-1).isIntersecting;
      if (visible && !before) onVisible();
    },
    { rootMargin: '25%' },
  ).observe(element);
  return () => visible;
}
