// Every file is formatted as `npm run format` would leave it.
import { formatC, formatOthers } from '../../scripts/format.mjs';
import { runChecks, runStep } from './support/report.mjs';

await runStep(() =>
  runChecks({
    'C is formatted by clang-format': () => formatC({ check: true }),
    'all other sources are formatted by prettier': () => formatOthers({ check: true }),
  }),
);
