// Puts the page together from its parts and starts the work.

import { getGlobalCooperator } from 'cooperator';
import { Film } from '../film/film.js';
import { Frames } from '../measure/frames.js';
import { watchInputDelay } from '../measure/input-delay.js';
import { Recorder } from '../measure/recorder.js';
import { Scores } from '../measure/scores.js';
import { connectAllTasks } from '../panel/all-tasks.js';
import { connectControls } from '../panel/controls.js';
import { connectFileInput } from '../panel/file-input.js';
import { createJobCard } from '../panel/job-card.js';
import { ModeCards } from '../panel/mode-cards.js';
import { connectModeComparison } from '../panel/mode-comparison.js';
import { Mosaic } from '../panel/mosaic.js';
import { announce, showNotice } from '../panel/notices.js';
import { Pendulums } from '../panel/pendulums.js';
import { TaskList } from '../panel/task-list.js';
import { Counters } from '../tasks/counters/counters.js';
import { JobRunner } from '../tasks/job-runner.js';
import { jobDefinitions } from '../tasks/jobs.js';
import { setText } from '../util/dom.js';
import { duration } from '../util/format.js';
import { CurrentCooperator } from './current-cooperator.js';
import { startFrameLoop } from './frame-loop.js';
import { Settings, keepInAddress } from './settings.js';

/** Loading modules and files takes about this long, in every mode. */
const LOADING_MS = 1500;
/** A change of one of these settings replaces the cooperator. The others concern single tasks. */
const REPLACE_COOPERATOR = ['mode', 'scheduler', 'budget'];

const byId = (id) => document.getElementById(id);

export async function startPage() {
  getGlobalCooperator(); // throws the most helpful error if there is no WebAssembly
  const work = await createWork();
  const panel = createPanel(work);
  const film = createFilm(work);
  showInputDelay(work.scores);
  applySettings(work);

  work.scores.begin(work.settings.mode);
  startFrameLoop({
    frames: work.frames,
    draw(time) {
      panel.pendulums.draw(time);
      for (const job of work.jobs) job.refresh();
    },
    onFrameEnd(frame) {
      work.scores.addFrame(frame);
      film.add(frame);
    },
    updateNumbers: panel.updateNumbers,
  });
  panel.updateNumbers();
  document.documentElement.classList.add('visible');
  await framesDrawn(2); // the page must appear before the work begins, which may freeze it
  beginWork(work);
  forgetLoading(work);
}

/** Creates what the page runs and measures. Nothing runs yet. */
async function createWork() {
  const settings = new Settings(location.search);
  keepInAddress(settings);
  const recorder = await Recorder.load();
  const cooperator = new CurrentCooperator({ settings, recorder, onError: showError });
  return {
    settings,
    recorder,
    frames: new Frames(recorder),
    scores: new Scores(recorder),
    cooperator,
    jobs: createJobs({ settings, recorder, cooperator }),
    counters: new Counters({ cooperator, recorder }),
  };
}

function createJobs({ settings, recorder, cooperator }) {
  return jobDefinitions.map((definition, slot) => {
    const { card, view } = createJobCard(definition, slot);
    byId('cards').append(card);
    return new JobRunner({ definition, slot, cooperator, recorder, settings, element: view });
  });
}

function createPanel({ settings, scores, recorder, jobs, counters }) {
  const modeCards = new ModeCards(byId('modes'), settings, scores);
  connectModeComparison(byId('compare'), settings, announce);
  const pendulums = new Pendulums({
    canvas: byId('animation'),
    slider: byId('pendulums'),
    readout: byId('pendulums-value'),
  });
  connectControls(byId('controls'), settings, announce);
  const taskList = new TaskList({
    list: byId('tasks'),
    countersSection: byId('counters'),
    countersList: byId('counters-row'),
    mosaic: new Mosaic({ canvas: byId('mosaic'), readout: byId('mosaic-readout'), counters }),
    jobs,
    counters,
    settings,
    recorder,
    announce,
  });
  connectAllTasks(
    { pause: byId('pause-all'), resume: byId('resume-all'), stop: byId('stop-all'), start: byId('start-all') },
    [...jobs, counters],
  );
  connectFileInput(byId('file'), (file) => {
    const receivers = jobs.filter((job) => job.receiveFile(file));
    announce(`${file.name}: ${receivers.map(({ title }) => title).join(', ')}`);
  });
  return {
    pendulums,
    updateNumbers() {
      taskList.update();
      modeCards.update();
    },
  };
}

function createFilm({ frames, recorder, cooperator }) {
  return new Film({
    strip: byId('film'),
    magnifier: byId('magnified'),
    caption: byId('frame-caption'),
    line: byId('frame-line'),
    hold: byId('hold'),
    frames,
    recorder,
    budgetMs: () => cooperator.budgetMs,
  });
}

function showInputDelay(scores) {
  watchInputDelay((ms, kind) => {
    scores.addDelay(ms);
    if (kind === 'input') setText(byId('last-delay'), duration(ms));
  });
}

function applySettings(work) {
  const { settings, jobs, counters } = work;
  settings.onChange((name) => {
    if (REPLACE_COOPERATOR.includes(name)) beginWork(work);
    else if (name === 'counters') counters.resize(settings.counters);
    else if (name === 'shares') for (const job of jobs) job.applyShare();
  });
}

/** Starts all work from the beginning, with a new cooperator and a new score. */
function beginWork({ settings, scores, cooperator, jobs, counters }) {
  scores.begin(settings.mode);
  cooperator.replace();
  for (const job of jobs) job.reset();
  counters.reset(settings.counters);
}

async function framesDrawn(count) {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
}

/** Restarts the first score when everything has been loaded. */
function forgetLoading({ settings, scores, cooperator }) {
  const { mode } = settings;
  setTimeout(() => {
    if (settings.mode === mode && cooperator.hasTasks) scores.begin(mode);
  }, LOADING_MS);
}

/** Shows an error that no row of the task list can show: from a cleanup, a hook or a callback. */
function showError(error, task) {
  showNotice(`${task ? `${task.name}: ` : ''}${error}`);
}
