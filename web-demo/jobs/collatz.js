// An async function as a task: `await nextTurn()` ends its turn. Its code goes on after the slice that gave it the
// turn, so it has one turn in a slice at most, and a turn does more than those of the other jobs.
// It looks for the number whose Collatz sequence (halve the even, treble the odd and add one) takes the most
// steps to reach 1.

import { svg, whole } from '../display.js';

const LIMIT = 1e7;
const KNOWN_LONGEST = 8400511;      // below 10^7, with 685 steps: sequences A006877 and A006878 of the OEIS
const NUMBERS_PER_TURN = 10000;

const next = (n) => (n % 2 === 0 ? n / 2 : 3 * n + 1);

export const collatz = {
  id: 'collatz',
  title: 'Longest Collatz sequence',
  language: 'async function',
  about: `Tries every start below ${whole(LIMIT)} and draws the longest, in logarithms. Its turns run after the `
    + 'slice, untimed.',

  start({ cooperator, view, report }) {
    const curve = svg('path');
    view.append(svg('svg', { viewBox: '0 0 100 50', preserveAspectRatio: 'none', 'aria-hidden': true }, curve));
    let longest = 1;
    let longestSteps = 0;
    let shown = 0;

    async function work({ progress, yield: nextTurn }) {
      const stepsFrom = new Uint16Array(LIMIT);
      for (let start = 2; start < LIMIT; start++) {
        let n = start;
        let steps = 0;
        while (n >= start) {
          n = next(n);
          steps++;
        }
        steps += stepsFrom[n];
        stepsFrom[start] = steps;
        if (steps > longestSteps) {
          longestSteps = steps;
          longest = start;
        }
        if (start % NUMBERS_PER_TURN === 0) {
          progress(start, LIMIT);
          await nextTurn();
        }
      }
      progress(LIMIT, LIMIT);
      if (longest !== KNOWN_LONGEST) throw new Error(`found ${longest}, where ${KNOWN_LONGEST} would be right`);
      return `${whole(longest)} takes ${whole(longestSteps)} steps: known to be right.`;
    }

    const task = cooperator.cooperate(work, {
      name: 'collatz',
      onProgress({ done, total }) {
        if (shown !== longest) curve.setAttribute('d', pathOf(longest, longestSteps));
        shown = longest;
        report({ done, total, text: `${whole(longest)} takes ${whole(longestSteps)} steps` });
      },
    });
    return { task };
  },
};

function pathOf(start, steps) {
  const heights = [];
  for (let n = start; n > 1; n = next(n)) heights.push(Math.log(n));
  heights.push(0);
  const highest = Math.max(...heights);
  const points = heights.map((height, index) =>
    `${(index / steps * 100).toFixed(2)} ${(48 - height / highest * 46).toFixed(2)}`);
  return `M${points.join('L')}`;
}
