// The bytes of steps.wat as WebAssembly. Where there are no files, what this module exports is bundled.
import { readFileSync } from 'node:fs';
import loadWabt from 'wabt';

const name = 'steps.wat';
const wabt = await loadWabt();
const parsed = wabt.parseWat(name, readFileSync(new URL(name, import.meta.url), 'utf8'));

export const steps = [...parsed.toBinary({}).buffer];
