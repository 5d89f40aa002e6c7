// The files of test/traces by name. Hosts without files get this module's exports as constants.
import { readFileSync, readdirSync } from 'node:fs';

const directory = new URL('../../traces/', import.meta.url);

export const traces = Object.fromEntries(
  readdirSync(directory)
    .filter((name) => name.endsWith('.trace') || name === 'index.txt')
    .map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]),
);
