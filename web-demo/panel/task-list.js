// The list of the tasks, with the fraction of the time that each used since the last update.

import { TaskRow } from './task-row.js';

/** A full bar stands for at least this fraction of the time. It keeps the bars comparable, and steadier. */
const FULL_AT_LEAST = 0.25;

export class TaskList {
  #rows;
  #counters;
  #countersRow;
  #countersSection;
  #mosaic;
  #recorder;
  #busyMsBefore = new Map(); // by row
  #updatedAt = performance.now();

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.list  receives the rows of the jobs
   * @param {HTMLElement} parts.countersSection  hidden while there are no counters
   * @param {HTMLElement} parts.countersList  receives the row of the counters
   * @param {import('./mosaic.js').Mosaic} parts.mosaic
   */
  constructor({ list, countersSection, countersList, mosaic, jobs, counters, settings, recorder, announce }) {
    this.#recorder = recorder;
    this.#counters = counters;
    this.#countersSection = countersSection;
    this.#mosaic = mosaic;
    this.#rows = jobs.map((job) => ({
      job,
      row: new TaskRow({ id: job.id, subject: job, colour: `var(--task-${job.slot})`, settings, announce }),
    }));
    this.#countersRow = new TaskRow({ id: 'counters', subject: counters, colour: 'var(--task-counters)', announce });
    list.append(...this.#rows.map(({ row }) => row.element));
    countersList.append(this.#countersRow.element);
  }

  update() {
    const now = performance.now();
    const elapsedMs = now - this.#updatedAt;
    this.#updatedAt = now;
    const used = this.#rows.map(({ job, row }) => this.#timeUsed(row, this.#recorder.busyMs(job.slot), elapsedMs));
    const usedByCounters = this.#timeUsed(this.#countersRow, this.#counters.busyMs(), elapsedMs);
    const full = Math.max(FULL_AT_LEAST, usedByCounters, ...used);
    for (const [index, { row }] of this.#rows.entries()) row.update(used[index], full);

    this.#countersSection.hidden = this.#counters.size === 0;
    if (this.#counters.size === 0) return;
    this.#counters.update();
    this.#countersRow.update(usedByCounters, full);
    this.#mosaic.update();
  }

  #timeUsed(row, busyMs, elapsedMs) {
    const used = (busyMs - (this.#busyMsBefore.get(row) ?? busyMs)) / elapsedMs;
    this.#busyMsBefore.set(row, busyMs);
    return Math.max(0, Math.min(1, used));
  }
}
