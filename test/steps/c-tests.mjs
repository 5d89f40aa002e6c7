// Builds the C tests with a preset of CMakePresets.json and runs them: node test/steps/c-tests.mjs <preset>
import { runCtest, total } from '../../scripts/ctest.mjs';
import { run } from '../../scripts/run.mjs';
import { runStep } from './support/report.mjs';

const [preset] = process.argv.slice(2);
await runStep(async () => {
  await run('cmake', ['--preset', preset]);
  await run('cmake', ['--build', '--preset', preset]);
  const { results, output } = await runCtest(['--preset', preset], `build/${preset}/ctest.xml`);
  return { ...total(results), output };
});
