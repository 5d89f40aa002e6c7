// The Mandelbrot set in C. A turn is one call from WebAssembly to WebAssembly, and the page reads the picture from the
// memory of the module.

import { load } from '../../native/load.js';
import { Picture } from '../picture.js';

const WIDTH = 480,
  HEIGHT = 270;
const WHOLE_SET = { real: -0.65, imaginary: 0, span: 3.6 };
/** Each repetition shows the next section. */
const TOUR = [
  { real: -0.7453, imaginary: 0.1127, span: 0.0065 },
  { real: -0.16, imaginary: 1.0405, span: 0.026 },
  { real: 0.2925, imaginary: 0.0149, span: 0.009 },
  WHOLE_SET,
  { real: -1.2561, imaginary: 0.3822, span: 0.018 },
];

export const mandelbrot = {
  id: 'mandelbrot',
  title: 'Mandelbrot set',
  shortTitle: 'Fractal',
  language: 'C',
  about: 'Coarse first, then finer, with sixteen samples per pixel at the end. Click to zoom in.',
  sources: {
    'mandelbrot.c': () => import('../../native/mandelbrot.c?raw'),
    'mandelbrot.js': () => import('./mandelbrot.js?raw'),
  },

  createView({ element, restart }) {
    let section = TOUR[0];
    let stop = 0; // of the tour
    const zoom = (x, y, factor) => {
      const { real, imaginary, span } = section;
      section = {
        real: real + (x - 0.5) * span,
        imaginary: imaginary - (y - 0.5) * span * (HEIGHT / WIDTH),
        span: Math.min(WHOLE_SET.span, span * factor),
      };
      restart();
    };
    const picture = new Picture(element, { width: WIDTH, height: HEIGHT, label: 'Mandelbrot set', zoom });
    picture.onPoint(
      (x, y) => zoom(x, y, 0.35),
      (x, y) => zoom(0.5 + x, 0.5 + y, 1),
    );

    return {
      load: () => load('mandelbrot'),
      createWork({ native }, wasm) {
        const state = wasm.mandelbrot_create(WIDTH, HEIGHT, section.real, section.imaginary, section.span);
        if (state === 0) throw new Error('mandelbrot.wasm is out of memory');
        picture.follow(wasm.memory, state);
        return native({
          step: wasm.mandelbrot_step,
          state,
          dispose() {
            picture.release(state);
            wasm.mandelbrot_destroy(state);
          },
        });
      },
      refresh: () => picture.refresh(),
      drawThumbnail: (context) => picture.drawThumbnail(context),
      prepareRepeat() {
        section = TOUR[++stop % TOUR.length];
      },
    };
  },
};
