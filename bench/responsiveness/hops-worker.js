import { measureHops } from './hops.js';

postMessage(await measureHops());
