// quickjs-emscripten: an interpreter.
import { print, require } from './files.js';

const { getQuickJS } = require('quickjs-emscripten');
const QuickJS = await getQuickJS();
const result = QuickJS.evalCode(`
  const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
  const words = Array.from({ length: 500 }, (_, i) => (i * 7919 % 1009).toString(36)).sort();
  const text = words.join(' ').replace(/(\\w)(\\w)/g, '$2$1');
  let caught = 0;
  for (let i = 0; i < 200; i++) try { null.x } catch { caught++ }
  JSON.stringify([fib(14), text, caught, 2n ** 200n + '']);
`);
print(JSON.stringify(result));
