// Puts the page together, and does what is done in every frame.

import { getGlobalCooperator } from 'cooperator';
import { Activity } from './activity.js';
import { Animation } from './animation.js';
import { makeCard } from './card.js';
import { offerComparison } from './compare.js';
import { connectControls } from './controls.js';
import { Crowd } from './crowd.js';
import { duration, setText } from './display.js';
import { takeFiles } from './files.js';
import { Frames } from './frames.js';
import { watchInputs } from './inputs.js';
import { chain } from './jobs/chain.js';
import { hash } from './jobs/hash.js';
import { life } from './jobs/life.js';
import { mandelbrot } from './jobs/mandelbrot.js';
import { rayTracer } from './jobs/ray-tracer.js';
import { primes } from './jobs/sieve.js';
import { textIndex } from './jobs/text-index.js';
import { ModeCards } from './mode-cards.js';
import { Recorder } from './recorder.js';
import { Scores } from './scores.js';
import { Workshop } from './workshop.js';
import { Settings, keepInAddress } from './settings.js';
import { TaskList } from './task-list.js';
import { Timeline } from './timeline.js';

const JOBS = [mandelbrot, rayTracer, life, primes, textIndex, hash, chain];
/** So often are numbers and bars renewed: more often, nobody can read them. */
const NUMBERS_MS = 250;
/** So long modules and files are loading, which is not the mode's doing. */
const LOADING_MS = 1500;
/** What makes another cooperator; the rest of the settings concerns single tasks. */
const BEGINS_ANEW = ['mode', 'scheduler', 'budget'];

const byId = (id) => document.getElementById(id);

export async function startPage() {
  getGlobalCooperator(); // it says best what is wrong, where there can be no WebAssembly
  const settings = new Settings(location.search);
  keepInAddress(settings);
  const recorder = await Recorder.load();
  const frames = new Frames(recorder);
  const scores = new Scores(recorder);

  const activities = JOBS.map((job, slot) => {
    const { element, view } = makeCard(job, slot);
    byId('cards').append(element);
    return new Activity({ job, slot, recorder, settings, element: view });
  });
  const crowd = new Crowd({ recorder, canvas: byId('mosaic'), readout: byId('mosaic-readout') });
  const workshop = new Workshop({ settings, recorder, activities, crowd, onError: showError });
  for (const user of [...activities, crowd]) user.workshop = workshop;

  const modeCards = new ModeCards(byId('modes'), settings, scores);
  offerComparison(byId('compare'), settings, announce);
  connectControls(byId('controls'), settings, announce);
  const taskList = new TaskList({
    list: byId('tasks'),
    crowdSection: byId('crowd'),
    crowdRow: byId('crowd-row'),
    activities,
    crowd,
    settings,
    recorder,
    announce,
  });
  connectAllTasks([...activities, crowd]);
  const timeline = new Timeline({
    film: byId('film'),
    magnified: byId('magnified'),
    caption: byId('frame-caption'),
    line: byId('frame-line'),
    hold: byId('hold'),
    frames,
    recorder,
    budgetMs: () => workshop.budgetMs,
  });
  const animation = new Animation(byId('animation'));
  connectTryOut(animation);
  takeFiles(byId('file'), (file) => {
    const users = activities.filter((activity) => activity.receive(file));
    announce(`${file.name}: ${users.map(({ title }) => title).join(', ')}`);
  });
  watchInputs((ms, kind) => {
    scores.addDelay(ms);
    if (kind === 'input') setText(byId('last-delay'), duration(ms));
  });

  function begin() {
    scores.begin(settings.mode);
    workshop.begin();
  }
  settings.onChange((name) => {
    if (BEGINS_ANEW.includes(name)) begin();
    else if (name === 'counters') recount(crowd, settings.counters);
    else if (name === 'shares') restartChanged(activities, settings);
  });

  scores.begin(settings.mode);
  let numbersAt = 0;
  requestAnimationFrame(function frame(time) {
    requestAnimationFrame(frame);
    const last = frames.next(time);
    animation.draw(time);
    for (const activity of activities) activity.refresh();
    if (last !== undefined) {
      scores.add(last);
      timeline.add(last);
    }
    if (time - numbersAt >= NUMBERS_MS) {
      numbersAt = time;
      taskList.update();
      modeCards.update();
    }
    frames.pageDone();
  });
  document.addEventListener('visibilitychange', () => frames.interrupt());

  modeCards.update();
  taskList.update();
  document.documentElement.classList.add('visible');
  await drawn(); // work in one piece shall not keep the page from being seen
  begin();
  const { mode } = settings;
  setTimeout(() => {
    if (settings.mode === mode && workshop.cooperator.tasks.length > 0) scores.begin(mode);
  }, LOADING_MS);
}

async function drawn() {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}

function recount(crowd, count) {
  if (count > crowd.size && (crowd.isLively || crowd.isPaused)) crowd.add(count - crowd.size);
  else crowd.begin(count);
}

/** A task's share is given to it when it is made. */
function restartChanged(activities, settings) {
  for (const activity of activities) {
    if (activity.share !== settings.shareOf(activity.job.id) && activity.isLively) activity.begin();
  }
}

function connectAllTasks(subjects) {
  const each = (act) => () => {
    for (const subject of subjects) act(subject);
  };
  byId('pause-all').addEventListener(
    'click',
    each((subject) => subject.pause()),
  );
  byId('resume-all').addEventListener(
    'click',
    each((subject) => subject.resume()),
  );
  byId('stop-all').addEventListener(
    'click',
    each((subject) => subject.stop()),
  );
  byId('start-all').addEventListener(
    'click',
    each((subject) => subject.start()),
  );
}

function connectTryOut(animation) {
  const slider = byId('pendulums');
  const show = () => {
    animation.pendulums = Number(slider.value);
    setText(byId('pendulums-value'), slider.value);
  };
  slider.addEventListener('input', show);
  show();
}

function announce(text) {
  byId('announcements').textContent = text;
}

/** What no task's line can show: an error in a clean-up, in a hook, in a callback. */
function showError(error, task) {
  const notice = byId('notice');
  notice.textContent = `${task ? `${task.name}: ` : ''}${error}`;
  notice.hidden = false;
}
