// The sections of docs/reference/ and the functions and classes to whose pages the site adds them.
import { readFileSync } from 'node:fs';
import { at } from './paths.mjs';

/** The files, by the name of the module as TypeDoc knows it. */
export const additionFiles = {
  'cooperator': 'docs/reference/cooperator.md',
  'cooperator/work': 'docs/reference/work.md',
  'cooperator/sync': 'docs/reference/sync.md',
  'cooperator/testing': 'docs/reference/testing.md',
};

/** @param {string} path @returns {Map<string, string>}  the text of each section, by its heading */
export function sectionsOf(path) {
  const [, ...sections] = readFileSync(at(path), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end).trim()];
    }),
  );
}
