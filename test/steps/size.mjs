// The package is small.
import { checkSize, sizesOfParts } from '../../scripts/size.mjs';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() =>
  runChecks({
    'the package is within the size limit of package.json': checkSize,
    'every part that npm run size lists has sources': async () => {
      const empty = (await sizesOfParts(at('dist'))).filter(({ gzip }) => gzip < 50);
      if (empty.length > 0) throw new Error(`no sources of ${empty.map(({ part }) => part).join(', ')} were found`);
    },
  }),
);
