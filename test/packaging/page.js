// A page's script: whoever drives the browser asks for the outcome.
import { run } from './program.js';

globalThis.outcome = run().catch((error) => error.message);
