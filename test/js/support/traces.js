// The texts of test/traces by their names. Where there are no files, what this module exports is bundled.
import { readFileSync, readdirSync } from 'node:fs';

const directory = new URL('../../traces/', import.meta.url);

export const traces = Object.fromEntries(
  readdirSync(directory)
    .filter((name) => name.endsWith('.trace') || name === 'index.txt')
    .map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]),
);
