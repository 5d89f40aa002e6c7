// Puts the page together: one cooperator, a card for each job, the frame meter, and the numbers of all.

import { Cooperator } from 'cooperator';
import { Animation } from './animation.js';
import { Card } from './card.js';
import { milliseconds, setText, whole } from './display.js';
import { FrameMeter, GapChart } from './frames.js';
import { collatz } from './jobs/collatz.js';
import { mandelbrot } from './jobs/mandelbrot.js';
import { primes } from './jobs/primes.js';
import { words } from './jobs/words.js';

export function startPage() {
  const cooperator = new Cooperator({
    name: 'web-demo',
    onError: showError,
  });

  const cards = [mandelbrot, words, primes, collatz].map((job) => new Card(job, cooperator, announce));
  document.getElementById('cards').append(...cards.map((card) => card.element));
  const buttons = controlAll(cards);

  const meter = new FrameMeter();
  const animation = new Animation(document.getElementById('animation'));
  const chart = new GapChart(document.getElementById('gaps'));

  requestAnimationFrame(function frame(now) {
    requestAnimationFrame(frame);
    meter.record(now);
    animation.draw(now);
    chart.draw(meter.gaps);
    for (const card of cards) card.update();
    for (const [action, button] of buttons) button.disabled = !cards.some((card) => card.can(action));
    showFrames(meter);
    showStats(cooperator.stats());
  });
  // No frames are drawn in a hidden page: that is a gap in the measurement, not in the frames.
  document.addEventListener('visibilitychange', () => meter.interrupt());

  for (const card of cards) card.start();
}

function controlAll(cards) {
  const buttons = new Map();
  for (const action of ['pause', 'resume', 'stop', 'start']) {
    const button = document.querySelector(`[data-action=${action}-all]`);
    button.addEventListener('click', () => {
      for (const card of cards) if (card.can(action)) card.act(action);
    });
    buttons.set(action, button);
  }
  return buttons;
}

const show = (id, text) => setText(document.querySelector(`[data-testid=${id}]`), text);

function showFrames(meter) {
  show('frames-per-second', meter.framesInLastSecond === undefined ? '–' : whole(meter.framesInLastSecond));
  show('longest-recent-gap', milliseconds(meter.longestRecentGap, 1));
  show('longest-gap', milliseconds(meter.longestGap, 1));
}

function showStats(stats) {
  show('slices', whole(stats.slices));
  show('turns', whole(stats.turns));
  show('busy', milliseconds(stats.busyMs));
  show('longest-slice', milliseconds(stats.longestSliceMs, 1));
  show('longest-turn', milliseconds(stats.longestTurnMs, 1));
  show('longest-turn-task', stats.longestTurnTask ?? '–');
}

function announce(text) {
  document.getElementById('announcements').textContent = text;
}

/** What no task's card can show: an error in a task's clean-up, in a hook, in a callback. */
function showError(error, task) {
  const notice = document.getElementById('notice');
  notice.textContent = `${task ? `${task.name}: ` : ''}${error}`;
  notice.hidden = false;
}
