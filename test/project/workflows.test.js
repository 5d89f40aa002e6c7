// The workflows of .github/workflows, as far as they can be checked without running them.
import { readdirSync } from 'node:fs';
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import { at, listSteps, read } from './support.js';

async function parse(content) {
  const { context, value } = parseWorkflow({ name: 'workflow', content }, new NoOperationTraceWriter());
  const workflow = await convertWorkflowTemplate(context, value);
  return { errors: context.errors.getErrors().map(({ message }) => message), jobs: workflow.jobs ?? [] };
}

const workflows = readdirSync(at('.github/workflows')).map((name) => [name, read(`.github/workflows/${name}`)]);

test.each(workflows)('%s is a valid workflow', async (name, content) => {
  const { errors, jobs } = await parse(content);
  expect(errors).toEqual([]);
  expect(jobs.length).toBeGreaterThan(0);
});

test('an invalid workflow is rejected', async () => {
  const { errors } = await parse('on: push\njobs:\n  test:\n    runs-onn: ubuntu-24.04\n    steps:\n      - run: ls\n');
  expect(errors.join()).toContain("Unexpected value 'runs-onn'");
});

test.each(workflows)('%s runs in the image that the Dockerfile extends', (name, content) => {
  const [image] = read('Dockerfile').match(/(?<=^FROM ).*$/m);
  const used = [...content.matchAll(/(?:container|image): (\S+)/g)].map((match) => match[1]);
  expect(new Set(used)).toEqual(new Set([image]));
});

test.each(workflows)('%s starts only scripts, steps and groups that exist', async (name, content) => {
  const { scripts } = JSON.parse(read('package.json'));
  const steps = await listSteps();
  const groups = new Set(steps.flatMap((step) => [step.name, ...step.labels]));
  const commands = [...content.matchAll(/run: npm (?:run )?(\S+)(?: -- (.*))?$/gm)];
  const started = commands.filter(([, script]) => script in scripts);
  expect(started.length).toBeGreaterThan(0);
  for (const [command, script, args = ''] of commands) {
    if (command.includes('npm run ')) expect(scripts).toHaveProperty([script]);
    if (script === 'test') expect(args.split(' ').filter((name) => name !== '' && !groups.has(name))).toEqual([]);
  }
});
