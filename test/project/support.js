import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../../scripts/run.mjs';

/** A path below the project's root, made absolute. @param {string} path */
export const at = (path) => join(root, path);

/** @param {string} path  below the project's root */
export const read = (path) => readFileSync(at(path), 'utf8');

/** The steps of test/steps/CMakeLists.txt, with their labels: groups, `tool:<name>` and `npm:<folder>`. */
export async function listSteps() {
  const graph = `build/test-project/steps-${process.env.JEST_WORKER_ID}`; // test files run side by side
  await run('cmake', ['-S', 'test/steps', '-B', graph, `-DNODE=${process.execPath}`]);
  const { tests } = JSON.parse(await run('ctest', ['--test-dir', graph, '--show-only=json-v1']));
  return tests.map(({ name, command, properties }) => ({
    name,
    command,
    labels: properties.find((property) => property.name === 'LABELS')?.value ?? [],
  }));
}

/** The text below a heading, up to the next heading of the same level or a higher one. */
export function section(text, heading) {
  const [marks] = heading.match(/^#+/);
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${marks.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The names in backticks in the first column of the tables of a text. @param {string} text */
export const firstColumn = (text) =>
  [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
