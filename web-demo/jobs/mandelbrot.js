// A C function as a task: a turn is one call of WebAssembly by WebAssembly, with no JavaScript between. The
// page reads the pixels, and how many there are, from the C module's memory.

import { native } from 'cooperator';
import { html } from '../display.js';

const WIDTH = 640;
const HEIGHT = 320;
const PLACE = [-0.7453, 0.1127, 0.0065];   // centre (real, imaginary) and breadth: a valley of spirals

let loaded;

async function load() {
  const response = await fetch(new URL('../build/mandelbrot.wasm', import.meta.url));
  if (!response.ok) throw new Error(`mandelbrot.wasm: HTTP ${response.status}; "npm run build" makes it`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer());
  instance.exports._initialize?.();
  return instance.exports;
}

export const mandelbrot = {
  id: 'mandelbrot',
  title: 'Mandelbrot set',
  language: 'C',
  about: `A picture of ${WIDTH} by ${HEIGHT} pixels, 16 samples each; a turn is a part of a row.`,

  async start({ cooperator, view, report }) {
    loaded ??= await load();
    const { memory, mandelbrot_create, mandelbrot_destroy, mandelbrot_step } = loaded;
    const state = mandelbrot_create(WIDTH, HEIGHT, ...PLACE);
    if (state === 0) throw new Error('the picture does not fit into the memory of mandelbrot.wasm');

    const canvas = html('canvas', { width: WIDTH, height: HEIGHT });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The picture, as far as it is drawn');
    view.append(canvas);
    const context = canvas.getContext('2d');

    let alive = true;
    let shown = 0;
    const refresh = () => {
      if (!alive) return;
      const [width, height, done, pixels] = new Uint32Array(memory.buffer, state, 4);
      if (done === shown) return;
      const image = new ImageData(new Uint8ClampedArray(memory.buffer, pixels, width * height * 4), width, height);
      const top = Math.floor(shown / width), bottom = Math.ceil(done / width);
      context.putImageData(image, 0, 0, 0, top, width, bottom - top);
      shown = done;
      report({ done, total: width * height, text: `Row ${bottom} of ${height}` });
    };

    const task = cooperator.cooperate(native({
      step: mandelbrot_step,
      state,
      result() {
        refresh();
        return `All ${HEIGHT} rows are drawn.`;
      },
      dispose() {
        alive = false;
        mandelbrot_destroy(state);
      },
    }), { name: 'mandelbrot' });
    return { task, refresh };
  },
};
