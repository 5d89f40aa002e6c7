// The script of a page, which stores its result in a global for browser.js.
import { run } from './program.js';

globalThis.outcome = run().catch((error) => error.message);
