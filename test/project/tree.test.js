// The map of the tree in CONTRIBUTING.md is the tree.
import { sourceFiles } from '../../scripts/source-files.mjs';
import { firstColumn, read, section } from './support.js';

const map = section(read('CONTRIBUTING.md'), '## Where things are');
/** What the map lists below `### <heading>`. */
const listed = (heading) => firstColumn(section(map, `### ${heading}`));
let files;

beforeAll(async () => {
  files = await sourceFiles();
});

/** The folders directly below `parent` ('' for the root), with a slash at their ends. */
function foldersIn(parent) {
  const below = files.filter((path) => path.startsWith(parent)).map((path) => path.slice(parent.length));
  return [...new Set(below.filter((path) => path.includes('/')).map((path) => path.replace(/\/.*/, '/')))];
}

const filesIn = (folder) => files.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));

test('it lists every folder at the top', () => {
  expect(listed('Folders').sort()).toEqual(foldersIn('').sort());
});

test.each(['test/', 'web-demo/'])('it lists every folder in %s', (parent) => {
  expect(
    listed(parent)
      .filter((name) => name.endsWith('/'))
      .sort(),
  ).toEqual(foldersIn(parent).sort());
});

test.each(['js/', 'src/', 'include/cooperator/'])('it lists every file in %s', (folder) => {
  expect(listed(folder).sort()).toEqual(filesIn(folder).sort());
});

test('it lists every file in scripts/, and the folders as a whole', () => {
  const files = filesIn('scripts/').map((path) => path.replace(/\/.*/, '/'));
  expect(listed('scripts/').sort()).toEqual([...new Set(files)].sort());
});

test('it lists nothing twice', () => {
  const names = listed('js/');
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
