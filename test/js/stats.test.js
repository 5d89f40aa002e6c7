// stats() of cooperators and tasks.
import { Cooperator } from 'cooperator';
import { logTurns, setup } from './support/setup.js';

test('the stats of a new cooperator are 0', () => {
  expect(new Cooperator().stats()).toStrictEqual({
    slices: 0,
    turns: 0,
    busyMs: 0,
    longestSliceMs: 0,
    longestTurnMs: 0,
  });
});

test('the stats of a cooperator count slices and turns and name the task with the longest turn', () => {
  const { cooperator, pump } = setup({ turns: 2 });
  expect(cooperator.stats()).toMatchObject({ slices: 0, turns: 0 });
  const task = cooperator.cooperate(logTurns([], 'A', 3), { name: 'the only one' });
  pump(2);
  const stats = cooperator.stats();
  expect(stats).toMatchObject({ slices: 2, turns: 4 });
  for (const figure of ['busyMs', 'longestSliceMs', 'longestTurnMs']) {
    expect(stats[figure]).toBeGreaterThanOrEqual(0);
    expect(stats[figure]).toBeLessThan(60_000);
  }
  expect(stats.longestSliceMs).toBeLessThanOrEqual(stats.busyMs);
  expect(['the only one', undefined]).toContain(stats.longestTurnTask);
  expect(task.stats()).toMatchObject({ turns: 4 });
  expect(task.stats().busyMs).toBeGreaterThanOrEqual(0);
  expect(task.stats().longestTurnMs).toBeGreaterThanOrEqual(0);
});

test('the stats of a task count its own turns', () => {
  const { cooperator, pump } = setup({ turns: 5 });
  const a = cooperator.cooperate(logTurns([], 'A'));
  const b = cooperator.cooperate(logTurns([], 'B'));
  pump();
  expect([a.stats().turns, b.stats().turns, cooperator.stats().turns]).toStrictEqual([3, 2, 5]);
});

test("a task's last turn counts in its stats and can be the longest of its cooperator", () => {
  const { cooperator, pump } = setup({ turns: 10 });
  const compute = (ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end) continue;
  };
  const single = cooperator.cooperate(function* single() {
    compute(8);
  });
  pump();
  expect(single.stats().turns).toBe(1);
  expect(single.stats().busyMs).toBeGreaterThanOrEqual(7.9);
  expect(single.stats().longestTurnMs).toBeGreaterThanOrEqual(7.9);
  expect(cooperator.stats().longestTurnTask).toBe('single');
  expect(cooperator.stats().longestTurnMs).toBeGreaterThanOrEqual(7.9);
});
