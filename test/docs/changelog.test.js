// The format of CHANGELOG.md, on which release:check relies.
import { parseChangelog, readChangelog } from '../../scripts/changelog.mjs';

const text = (...lines) => ['# Changelog', '', 'All changes.', '', ...lines, ''].join('\n');
const unreleased = ['## [Unreleased]', ''];
const release = (heading) => [heading, '', '### Added', '', '- A change that takes', '  two lines.', ''];

test('CHANGELOG.md has unreleased changes or a release', async () => {
  const { unreleased: next, releases } = await readChangelog();
  expect(next.isEmpty() && releases.length === 0).toBe(false);
});

test('versions are read from the newest to the oldest', () => {
  const { unreleased: next, releases } = parseChangelog(
    text(...unreleased, ...release('## [0.2.0] - 2027-01-31'), ...release('## [0.2.0-rc.1] - 2027-01-30 [YANKED]')),
  );
  expect(next.isEmpty()).toBe(true);
  expect(releases.map(({ version }) => version)).toEqual(['0.2.0', '0.2.0-rc.1']);
  expect(parseChangelog(text(...release('## [Unreleased]'))).unreleased.isEmpty()).toBe(false);
});

test.each([
  ['has no Unreleased section', release('## [0.1.0] - 2027-01-31'), 'the first version must be "## [Unreleased]"'],
  ['has a version without a date', [...unreleased, ...release('## [0.1.0]')], 'not "## [0.1.0]"'],
  ['has an incomplete date', [...unreleased, ...release('## [0.1.0] - 2027-1-31')], 'not "## [0.1.0] - 2027-1-31"'],
  [
    'has an invalid version number',
    [...unreleased, ...release('## [0.1] - 2027-01-31')],
    'not "## [0.1] - 2027-01-31"',
  ],
  ['has an unknown kind of changes', [...unreleased, '### Improved', '- all'], 'not "### Improved"'],
  ['has a version without changes', [...unreleased, '## [0.1.0] - 2027-01-31'], /0\.1\.0 must /],
  [
    'has an older version before a newer one',
    [...unreleased, ...release('## [0.1.0] - 2027-01-31'), ...release('## [0.2.0] - 2027-02-28')],
    /newest version .* 0\.2\.0 .* 0\.1\.0/,
  ],
])('a changelog that %s is rejected', (name, lines, message) => {
  expect(() => parseChangelog(text(...lines))).toThrow(message);
});
