// Runs inside the host, in a process, page or worker of its own: one part of one benchmark, once. Reports its figures.

/**
 * @typedef {object} Job
 * @property {string} benchmark
 * @property {string} part
 * @property {number} round  from 0; what is measured first changes with it
 * @property {boolean} quick
 * @property {boolean} [inWorker]
 */

/** @param {Job} job @param {(name: string) => Promise<BufferSource>} read  reads a file next to this one */
async function run(job, read) {
  try {
    const { measure } = await import(new URL(`./${job.benchmark}.js`, import.meta.url));
    return await measure(job.part, { ...job, read });
  } catch (error) {
    return { error: error?.message ?? `${error}` };
  }
}

if (globalThis.process?.send !== undefined) {
  const { readFile } = await import('node:fs/promises');
  const figures = await run(JSON.parse(process.argv[2]), (name) => readFile(new URL(name, import.meta.url)));
  process.send(figures, () => process.exit()); // a library may have left something that keeps the process alive
} else {
  const parameters = new URLSearchParams(location.search);
  const job = JSON.parse(parameters.get('job'));
  if (job.inWorker && globalThis.document !== undefined) {
    new Worker(`${new URL(import.meta.url).pathname}${location.search}`, { type: 'module' });
  } else {
    const figures = await run(job, async (name) => (await fetch(new URL(name, import.meta.url))).arrayBuffer());
    await fetch(`/result?run=${parameters.get('run')}`, { method: 'POST', body: JSON.stringify(figures) });
  }
}
