// The Mandelbrot set in C: a turn is one call of WebAssembly by WebAssembly, and the page looks at the memory.

import { load } from '../native/load.js';
import { Picture } from './picture.js';

const WIDTH = 480,
  HEIGHT = 270;
const START = { real: -0.65, imaginary: 0, span: 3.6 };
/** Round by round another place. */
const TOUR = [
  { real: -0.7453, imaginary: 0.1127, span: 0.0065 },
  { real: -0.16, imaginary: 1.0405, span: 0.026 },
  { real: 0.2925, imaginary: 0.0149, span: 0.009 },
  START,
  { real: -1.2561, imaginary: 0.3822, span: 0.018 },
];

export const mandelbrot = {
  id: 'mandelbrot',
  title: 'Mandelbrot set',
  language: 'C',
  about: 'Coarse first, then finer, at last nine samples for each pixel. Click to zoom in.',
  sources: {
    'mandelbrot.c': () => import('../native/mandelbrot.c?raw'),
    'mandelbrot.js': () => import('./mandelbrot.js?raw'),
  },

  view({ element, restart }) {
    let place = TOUR[0];
    let stop = 0;
    const zoom = (x, y, factor) => {
      const { real, imaginary, span } = place;
      place = {
        real: real + (x - 0.5) * span,
        imaginary: imaginary - (y - 0.5) * span * (HEIGHT / WIDTH),
        span: Math.min(START.span, span * factor),
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
      begin({ native }, c) {
        const state = c.mandelbrot_create(WIDTH, HEIGHT, place.real, place.imaginary, place.span);
        if (state === 0) throw new Error('mandelbrot.wasm is out of memory');
        picture.follow(c.memory, state);
        return native({
          step: c.mandelbrot_step,
          state,
          dispose() {
            picture.release(state);
            c.mandelbrot_destroy(state);
          },
        });
      },
      refresh: () => picture.refresh(),
      again() {
        place = TOUR[++stop % TOUR.length];
      },
    };
  },
};
