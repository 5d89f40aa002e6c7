// The list of the tasks below the timeline, and each one's share of the time.

import { TaskRow } from './task-row.js';

/** The bars of shares are long enough to be compared, and jump about less, when this much of the time fills one. */
const LEAST_FULL = 0.25;

export class TaskList {
  #rows;
  #crowd;
  #crowdRow;
  #recorder;
  #section;
  #before = new Map();
  #time = performance.now();

  constructor({ list, crowdSection, crowdRow, activities, crowd, settings, recorder, announce }) {
    this.#recorder = recorder;
    this.#crowd = crowd;
    this.#section = crowdSection;
    this.#rows = activities.map((activity) => ({
      activity,
      row: new TaskRow({
        id: activity.job.id,
        subject: activity,
        colour: `var(--task-${activity.slot})`,
        settings,
        announce,
      }),
    }));
    this.#crowdRow = new TaskRow({ id: 'counters', subject: crowd, colour: 'var(--task-crowd)', announce });
    list.append(...this.#rows.map(({ row }) => row.element));
    crowdRow.append(this.#crowdRow.element);
  }

  update() {
    const now = performance.now();
    const elapsed = now - this.#time;
    this.#time = now;
    const parts = this.#rows.map(({ activity, row }) => this.#part(row, this.#recorder.busyMs(activity.slot), elapsed));
    const crowdPart = this.#part(this.#crowdRow, this.#crowd.busyMs(), elapsed);
    const full = Math.max(LEAST_FULL, crowdPart, ...parts);
    for (const [index, { row }] of this.#rows.entries()) row.update(parts[index], full);
    this.#section.hidden = this.#crowd.size === 0;
    if (this.#crowd.size === 0) return;
    this.#crowd.look();
    this.#crowd.draw();
    this.#crowdRow.update(crowdPart, full);
  }

  #part(row, busy, elapsed) {
    const part = Math.max(0, Math.min(1, (busy - (this.#before.get(row) ?? busy)) / elapsed));
    this.#before.set(row, busy);
    return part;
  }
}
