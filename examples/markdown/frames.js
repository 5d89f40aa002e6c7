// Draws a swinging ball in every frame, and measures the longest time between two frames.

/** @param {HTMLCanvasElement} canvas */
export function watchFrames(canvas) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  let last = performance.now();
  let longest = 0;
  const nextFrame = () => new Promise(requestAnimationFrame);

  function draw() {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    context.clearRect(0, 0, width, height);
    context.beginPath();
    context.arc(width / 2 + Math.sin(now / 300) * (width / 2 - height / 2), height / 2, height / 2 - 2, 0, 7);
    context.fillStyle = '#2457c5';
    context.fill();
    requestAnimationFrame(draw);
  }
  requestAnimationFrame(draw);

  return {
    /** Resolves when what the page shows now has been drawn. Frames count from then on. */
    async restart() {
      await nextFrame();
      await nextFrame();
      longest = 0;
    },
    /** The longest time between two frames, in ms. Resolves when the frame that lasts has ended. */
    async longest() {
      await nextFrame();
      await nextFrame();
      return longest;
    },
  };
}
