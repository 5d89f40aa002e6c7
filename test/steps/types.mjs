// The programs in test/types compile against the packed package's types, under the strictest settings.
import { cp, rm, writeFile } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

async function compile(name, compilerOptions) {
  const project = `build/packed/tsconfig.${name}.json`;
  const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
  const options = { target: 'es2022', lib: ['es2022', 'dom'], types: [], noEmit: true, ...strict, ...compilerOptions };
  await writeFile(at(project), JSON.stringify({ compilerOptions: options, include: ['types'] }));
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false']);
}

await runStep(async () => {
  await rm(at('build/packed/types'), { recursive: true, force: true });
  await cp(at('test/types'), at('build/packed/types'), { recursive: true });
  return runChecks({
    'as in Node': () => compile('node', { module: 'nodenext', moduleResolution: 'nodenext' }),
    'as with a bundler': () => compile('bundler', { module: 'esnext', moduleResolution: 'bundler' }),
  });
});
