// What the page does in every frame.

/** Numbers and bars are updated at this interval. Faster updates could not be read. */
const NUMBERS_MS = 250;

/**
 * @param {object} parts
 * @param {object} parts.frames  the `Frames` of measure/
 * @param {(time: number) => void} parts.draw  called in every frame with the time of the frame, in ms
 * @param {(frame: object) => void} parts.onFrameEnd  called with the frame that ended
 * @param {() => void} parts.updateNumbers
 */
export function startFrameLoop({ frames, draw, onFrameEnd, updateNumbers }) {
  let updatedAt = 0;
  function onFrame(time) {
    requestAnimationFrame(onFrame);
    const last = frames.next(time);
    draw(time);
    if (last !== undefined) onFrameEnd(last);
    if (time - updatedAt >= NUMBERS_MS) {
      updatedAt = time;
      updateNumbers();
    }
    frames.pageDone(); // the film also shows what the page did up to here
  }
  requestAnimationFrame(onFrame);
  document.addEventListener('visibilitychange', () => frames.interrupt());
}
