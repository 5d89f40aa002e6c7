// The bytes of steps.wat, compiled to WebAssembly. Hosts without files get this module's exports as constants.
import { readFileSync } from 'node:fs';
import loadWabt from 'wabt';

const name = 'steps.wat';
const wabt = await loadWabt();
const parsed = wabt.parseWat(name, readFileSync(new URL(name, import.meta.url), 'utf8'));

export const steps = [...parsed.toBinary({}).buffer];
