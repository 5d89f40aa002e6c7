// Conway's Game of Life in C. A click brings new life while it runs: input and turns do not get in each other's way.

import { load } from '../native/load.js';
import { Picture } from './picture.js';

const WIDTH = 320,
  HEIGHT = 180;
const STIRRED = 26; // cells across

export const life = {
  id: 'life',
  title: 'Game of Life',
  language: 'C',
  about: '1,500 generations of 57,600 cells. Click to stir them up.',
  sources: {
    'life.c': () => import('../native/life.c?raw'),
    'life.js': () => import('./life.js?raw'),
  },

  view({ element }) {
    let seed = 7;
    let stir;
    const picture = new Picture(element, { width: WIDTH, height: HEIGHT, label: 'Game of Life', crisp: true });
    picture.onPoint((x, y) => stir?.(x, y));

    return {
      load: () => load('life'),
      begin({ native }, c) {
        const state = c.life_create(WIDTH, HEIGHT, seed);
        if (state === 0) throw new Error('life.wasm is out of memory');
        picture.follow(c.memory, state);
        const place = (part, length) => (Math.round(part * length) + length - STIRRED / 2) % length;
        const stirThis = (stir = (x, y) => c.life_stir(state, place(x, WIDTH), place(y, HEIGHT), STIRRED, ++seed));
        return native({
          step: c.life_step,
          state,
          dispose() {
            if (stir === stirThis) stir = undefined;
            picture.release(state);
            c.life_destroy(state);
          },
        });
      },
      refresh: () => picture.refresh(),
      again() {
        seed += 2;
      },
    };
  },
};
