// Runs in what is measured, Node, a page or a worker: one part of one subject, once. Answers with its figures.

/**
 * What a subject is told.
 * @typedef {object} Job
 * @property {string} subject
 * @property {string} part
 * @property {number} round  from 0: contenders of one part take turns in being the first
 * @property {boolean} quick
 * @property {boolean} [worker]
 */

/** @param {Job} job @param {(name: string) => Promise<BufferSource>} read  a file beside this one */
async function measured(job, read) {
  try {
    const { measure } = await import(new URL(`./${job.subject}.js`, import.meta.url));
    return await measure(job.part, { ...job, read });
  } catch (error) {
    return { error: error?.message ?? `${error}` };
  }
}

if (globalThis.process?.send !== undefined) {
  const { readFile } = await import('node:fs/promises');
  const job = JSON.parse(process.argv[2]);
  const figures = await measured(job, (name) => readFile(new URL(name, import.meta.url)));
  process.send(figures, () => process.exit()); // what a contender has left behind may keep the process alive
} else {
  const parameters = new URLSearchParams(location.search);
  const job = JSON.parse(parameters.get('job'));
  if (job.worker && globalThis.document !== undefined) {
    new Worker(`${new URL(import.meta.url).pathname}${location.search}`, { type: 'module' });
  } else {
    const figures = await measured(job, async (name) => (await fetch(new URL(name, import.meta.url))).arrayBuffer());
    await fetch(`/result?run=${parameters.get('run')}`, { method: 'POST', body: JSON.stringify(figures) });
  }
}
