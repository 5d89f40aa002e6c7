// @resvg/resvg-wasm: Rust, through wasm-bindgen.
import { file, print, require } from './files.js';

const { Resvg, initWasm } = require('@resvg/resvg-wasm');
await initWasm(file('@resvg/resvg-wasm/index_bg.wasm'));
const circles = Array.from(
  { length: 12 },
  (_, i) => `<circle cx="${i * 8}" cy="${(i * 37) % 90}" r="${i + 3}" fill="#${i.toString(16)}8c"/>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><defs><filter id="f"><feGaussianBlur stdDeviation="2"/></filter></defs><g filter="url(#f)">${circles.join('')}</g></svg>`;
print(new Resvg(svg).render().asPng());
