// The form of CHANGELOG.md, which release:check relies on.
import { parseChangelog, readChangelog } from '../../scripts/changelog.mjs';

const text = (...lines) => ['# Changelog', '', 'What has changed.', '', ...lines, ''].join('\n');
const unreleased = ['## [Unreleased]', ''];
const release = (heading) => [heading, '', '### Added', '', '- A line that goes on', '  in the next one.', ''];

test('it is a changelog that says what is unreleased or was released', async () => {
  const { unreleased: next, releases } = await readChangelog();
  expect(next.isEmpty() && releases.length === 0).toBe(false);
});

test('versions are read from the newest on', () => {
  const { unreleased: next, releases } = parseChangelog(
    text(...unreleased, ...release('## [0.2.0] - 2027-01-31'), ...release('## [0.2.0-rc.1] - 2027-01-30 [YANKED]')),
  );
  expect(next.isEmpty()).toBe(true);
  expect(releases.map(({ version }) => version)).toEqual(['0.2.0', '0.2.0-rc.1']);
  expect(parseChangelog(text(...release('## [Unreleased]'))).unreleased.isEmpty()).toBe(false);
});

test.each([
  ['nothing is unreleased', release('## [0.1.0] - 2027-01-31'), 'the first version must be "## [Unreleased]"'],
  ['a version has no date', [...unreleased, ...release('## [0.1.0]')], 'not "## [0.1.0]"'],
  ['a date is not complete', [...unreleased, ...release('## [0.1.0] - 2027-1-31')], 'not "## [0.1.0] - 2027-1-31"'],
  ['a version is none', [...unreleased, ...release('## [0.1] - 2027-01-31')], 'not "## [0.1] - 2027-01-31"'],
  ['changes are of a kind that there is not', [...unreleased, '### Improved', '- all'], 'not "### Improved"'],
  ['a version has no changes', [...unreleased, '## [0.1.0] - 2027-01-31'], '0.1.0 must list at least one change'],
  [
    'an older version stands first',
    [...unreleased, ...release('## [0.1.0] - 2027-01-31'), ...release('## [0.2.0] - 2027-02-28')],
    '0.2.0 comes after 0.1.0',
  ],
])('it is refused where %s', (name, lines, message) => {
  expect(() => parseChangelog(text(...lines))).toThrow(message);
});
