// A hidden page stops computing after a while: nobody sees the work, and it would drain the battery. When the page is
// shown again, the tasks continue where they were.

const HIDDEN_MS = 10_000;

/** @param {import('../panel/task-row.js').Subject[]} subjects  whose tasks are paused */
export function sleepWhenHidden(subjects) {
  let timer;
  let paused = [];
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        paused = subjects.filter((subject) => subject.isActive);
        for (const subject of paused) subject.pause();
        document.documentElement.classList.add('asleep');
      }, HIDDEN_MS);
      return;
    }
    for (const subject of paused) subject.resume();
    paused = [];
    document.documentElement.classList.remove('asleep');
  });
}
