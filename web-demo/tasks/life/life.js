// Conway's Game of Life in C. A click adds cells while the task runs: input and turns do not get in each other's way.

import { load } from '../../native/load.js';
import { Picture } from '../picture.js';

const WIDTH = 320,
  HEIGHT = 180;
const STIRRED = 26; // side of the square of cells that a click stirs up

export const life = {
  id: 'life',
  title: 'Game of Life',
  shortTitle: 'Life',
  language: 'C',
  about: '6,000 generations of 57,600 cells. Click to stir them up.',
  sources: {
    'life.c': () => import('../../native/life.c?raw'),
    'life.js': () => import('./life.js?raw'),
  },

  createView({ element }) {
    let seed = 7;
    let stir; // for the task of the current run
    const picture = new Picture(element, { width: WIDTH, height: HEIGHT, label: 'Game of Life', crisp: true });
    picture.onPoint((x, y) => stir?.(x, y));

    return {
      load: () => load('life'),
      createWork({ native }, wasm) {
        const state = wasm.life_create(WIDTH, HEIGHT, seed);
        if (state === 0) throw new Error('life.wasm is out of memory');
        picture.follow(wasm.memory, state);
        // From the centre of the square to its first column or row. The world has no edges.
        const firstCell = (fraction, length) => (Math.round(fraction * length) + length - STIRRED / 2) % length;
        const stirThis = (x, y) => wasm.life_stir(state, firstCell(x, WIDTH), firstCell(y, HEIGHT), STIRRED, ++seed);
        stir = stirThis;
        return native({
          step: wasm.life_step,
          state,
          dispose() {
            if (stir === stirThis) stir = undefined;
            picture.release(state);
            wasm.life_destroy(state);
          },
        });
      },
      refresh: () => picture.refresh(),
      drawThumbnail: (context) => picture.drawThumbnail(context),
      prepareRepeat() {
        seed += 2;
      },
    };
  },
};
