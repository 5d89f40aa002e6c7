// Compiled with each kind of module resolution, and then run.
import { cooperate, type CooperativeTask, type TaskOptions } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { map, range, type ReadyWork } from 'cooperator/work';

const squares: ReadyWork<number[]> = map(range(1000), (n) => n ** 2);
const options: TaskOptions = { name: 'squares' };
const task: CooperativeTask<number[]> = cooperate(squares, options);
const clock = new Clock();
clock.advance(5);

// @ts-expect-error  an array of numbers is not a string
const wrong: Promise<string> = task.whenDone().then((list) => list);
void wrong;

void task.whenDone().then((list) => {
  const last: number | undefined = list[list.length - 1];
  console.log((last ?? NaN) + clock.now());
});
