// What the page does in every frame.

/** Numbers and bars change at this interval. More often, nobody could read them. */
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
    frames.pageDone(); // what the page did until here is shown in the film, too
  }
  requestAnimationFrame(onFrame);
  document.addEventListener('visibilitychange', () => frames.interrupt());
}
