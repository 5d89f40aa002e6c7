// The buttons that pause, resume, stop or start all tasks.

/**
 * @param {Record<'pause' | 'resume' | 'stop' | 'start', HTMLButtonElement>} buttons  by the method that they call
 * @param {import('./task-row.js').Subject[]} subjects
 */
export function connectAllTasks(buttons, subjects) {
  for (const [method, button] of Object.entries(buttons)) {
    button.addEventListener('click', () => {
      for (const subject of subjects) subject[method]();
    });
  }
}
