// A ray tracer in C: every pass makes the picture cleaner.

import { load } from '../../native/load.js';
import { Picture } from '../picture.js';

const WIDTH = 480,
  HEIGHT = 270;
const PASSES = 200;
const NEAREST = 3.2,
  FARTHEST = 14;
const ANGLE_STEP = 0.9; // radians from one repetition to the next

export const rayTracer = {
  id: 'ray-tracer',
  title: 'Ray tracer',
  language: 'C',
  about: 'Two hundred rays per pixel, pass by pass. Click to the left or right to walk around.',
  sources: {
    'ray_tracer.c': () => import('../../../examples/native/ray_tracer.c?raw'),
    'ray-tracer.js': () => import('./ray-tracer.js?raw'),
  },

  createView({ element, restart }) {
    let angle = 0.4,
      distance = 6.5;
    const zoom = (x, y, factor) => {
      distance = Math.min(FARTHEST, Math.max(NEAREST, distance * Math.sqrt(factor)));
      restart();
    };
    const picture = new Picture(element, { width: WIDTH, height: HEIGHT, label: 'Ray-traced spheres', zoom });
    const walk = (x) => {
      angle += x * 2;
      restart();
    };
    picture.onPoint((x) => walk(x - 0.5), walk);

    return {
      load: () => load('ray_tracer'),
      createWork({ native }, wasm) {
        const state = wasm.ray_tracer_create(WIDTH, HEIGHT, PASSES, angle, distance);
        if (state === 0) throw new Error('ray_tracer.wasm is out of memory');
        picture.follow(wasm.memory, state);
        return native({
          step: wasm.ray_tracer_step,
          state,
          dispose() {
            picture.release(state);
            wasm.ray_tracer_destroy(state);
          },
        });
      },
      refresh: () => picture.refresh(),
      drawThumbnail: (context) => picture.drawThumbnail(context),
      prepareRepeat() {
        angle += ANGLE_STEP;
      },
    };
  },
};
