// Puts the page together from its parts and starts the work.

import { getGlobalCooperator } from 'cooperator';
import { Film } from '../film/film.js';
import { Comparison } from '../measure/comparison.js';
import { FrameRate } from '../measure/frame-rate.js';
import { Frames } from '../measure/frames.js';
import { watchInputDelay } from '../measure/input-delay.js';
import { Recorder } from '../measure/recorder.js';
import { Scores } from '../measure/scores.js';
import { connectAllTasks } from '../panel/all-tasks.js';
import { connectControls } from '../panel/controls.js';
import { CooperateSwitch } from '../panel/cooperate-switch.js';
import { connectCopyButtons } from '../panel/copy-buttons.js';
import { CountersThumbnail } from '../panel/counters-thumbnail.js';
import { connectFileInput } from '../panel/file-input.js';
import { createJobCard } from '../panel/job-card.js';
import { ModeCards } from '../panel/mode-cards.js';
import { Mosaic } from '../panel/mosaic.js';
import { announce, showNotice } from '../panel/notices.js';
import { Pendulums } from '../panel/pendulums.js';
import { highlight } from '../panel/source-view.js';
import { SqliteCard } from '../panel/sqlite-card.js';
import { TaskList } from '../panel/task-list.js';
import { Thumbnails } from '../panel/thumbnails.js';
import { Verdict } from '../panel/verdict.js';
import { Counters } from '../tasks/counters/counters.js';
import { JobRunner } from '../tasks/job-runner.js';
import { jobDefinitions } from '../tasks/jobs.js';
import { QUERY as SQLITE_QUERY } from '../tasks/sqlite/query.js';
import { setText } from '../util/dom.js';
import { duration } from '../util/format.js';
import { CurrentCooperator } from './current-cooperator.js';
import { startFrameLoop } from './frame-loop.js';
import { Freezer } from './freeze.js';
import { modes } from './modes.js';
import { Settings, keepInAddress } from './settings.js';
import { sleepWhenHidden } from './sleep.js';

/** Loading modules and files takes about this long, in every mode. */
const LOADING_MS = 1500;
/** A change of one of these settings replaces the cooperator. The others concern single tasks. */
const REPLACE_COOPERATOR = ['mode', 'scheduler', 'budget'];
const MANY_COUNTERS = 1000;

const byId = (id) => document.getElementById(id);

export async function startPage() {
  getGlobalCooperator(); // throws the most helpful error if there is no WebAssembly
  const work = await createWork();
  const panel = createPanel(work);
  const film = createFilm(work);
  const sqliteCard = createSqliteCard(work);
  showInputDelay(work);
  applySettings(work);
  sleepWhenHidden([...work.jobs, work.counters]);

  work.scores.begin(work.settings.mode);
  startFrameLoop({
    frames: work.frames,
    draw(time) {
      panel.pendulums.draw(time);
      for (const job of work.jobs) job.refresh();
      panel.drawTasks();
    },
    onFrameEnd(frame) {
      for (const receiver of [work.scores, work.comparison, work.freezer, work.frameRate, sqliteCard])
        receiver.addFrame(frame);
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
  const jobs = createJobs({ settings, recorder, cooperator });
  return {
    settings,
    recorder,
    frames: new Frames(recorder),
    frameRate: new FrameRate(),
    scores: new Scores(recorder),
    comparison: new Comparison(recorder),
    freezer: new Freezer({ cooperator, jobs }),
    cooperator,
    jobs,
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

function createPanel(work) {
  const { settings, scores, recorder, frames, frameRate, jobs, counters } = work;
  const modeCards = new ModeCards(byId('modes'), settings, scores);
  byId('advanced').open = settings.mode !== 'cooperative';
  const cooperateSwitch = createSwitch(work);
  connectComparison(work, cooperateSwitch);
  connectCopyButtons(document.querySelectorAll('[data-copy]'), announce);
  for (const code of document.querySelectorAll('.code code')) code.replaceChildren(highlight(code.textContent));
  const countersThumbnail = new CountersThumbnail(counters, () => {
    settings.set('counters', MANY_COUNTERS, { force: true });
  });
  const thumbnails = new Thumbnails(byId('thumbnails'), jobs, countersThumbnail.element);
  const pendulums = new Pendulums({
    canvas: byId('animation'),
    slider: byId('pendulums'),
    readout: byId('pendulums-value'),
  });
  connectControls(byId('controls'), settings, announce);
  const mosaic = new Mosaic({ canvas: byId('mosaic'), readout: byId('mosaic-readout'), counters });
  const taskList = new TaskList({
    list: byId('tasks'),
    countersSection: byId('counters'),
    countersList: byId('counters-row'),
    mosaic,
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
    drawTasks() {
      thumbnails.draw();
      countersThumbnail.draw();
      mosaic.draw();
    },
    updateNumbers() {
      taskList.update();
      modeCards.update();
      cooperateSwitch.update({
        running: jobs.filter(({ isActive }) => isActive).length,
        counters: counters.isActive ? counters.size : 0,
        mode: settings.mode,
        framesPerSecond: frameRate.get(),
        displayRate: frames.displayRate,
      });
    },
  };
}

function createSwitch({ settings, freezer }) {
  return new CooperateSwitch({
    button: byId('switch'),
    state: byId('switch-state'),
    effect: byId('effect'),
    bar: byId('switch-bar'),
    frameRate: byId('frame-rate'),
    displayRate: byId('display-rate'),
    announce,
    freeze() {
      if (settings.mode !== 'cooperative') settings.set('mode', 'cooperative');
      return freezer.freeze();
    },
  });
}

/** While the page measures, its own work pauses, and the switch is off limits. */
function connectComparison({ settings, comparison, jobs, counters }, cooperateSwitch) {
  const button = byId('compare');
  const verdict = new Verdict({
    section: byId('verdict'),
    text: byId('verdict-text'),
    charts: byId('verdict-charts'),
    fine: byId('verdict-fine'),
  });
  const cooperative = { scheduler: 'auto', budget: 'auto' };
  let disturb = () => {};
  settings.onChange(() => disturb(new Error('The settings changed while the page measured. Measure again.')));
  document.addEventListener('visibilitychange', () => {
    disturb(new Error('The page was hidden while it measured. Measure again.'));
  });
  button.addEventListener('click', async () => {
    if (button.ariaDisabled === 'true' || !cooperateSwitch.isOn) return;
    button.ariaDisabled = 'true';
    cooperateSwitch.disabled = true;
    const paused = [...jobs, counters].filter(({ isActive }) => isActive);
    for (const subject of paused) subject.pause();
    const disturbed = new AbortController();
    disturb = (reason) => disturbed.abort(reason);
    try {
      const options = {
        timeout: modes.timeout().options,
        cooperative: modes.cooperative(cooperative).options,
      };
      const results = await comparison.run(
        options,
        (number, of) => {
          setText(button, `Measuring ${number} of ${of} …`);
        },
        disturbed.signal,
      );
      verdict.show(results);
      announce(byId('verdict-text').textContent);
    } catch (error) {
      announce(error.message);
      showNotice(error.message);
    }
    for (const subject of paused) subject.resume();
    setText(button, 'Measure again');
    button.ariaDisabled = null;
    cooperateSwitch.disabled = false;
  });
}

/** SQLite is loaded when it is needed for the first time. */
function createSqliteCard({ cooperator }) {
  setText(byId('sqlite-query'), SQLITE_QUERY);
  const part = (name) => byId(`sqlite-${name}`);
  return new SqliteCard(
    { run: part('run'), pause: part('pause'), stop: part('stop'), freeze: part('freeze'), state: part('state') },
    {
      cooperate: (query, options) => cooperator.cooperate(query, options),
      async load() {
        const [{ preemptible, supported }, { openDatabase }] = await Promise.all([
          import('cooperator/preemptible'),
          import('../tasks/sqlite/run-query.js'),
        ]);
        return openDatabase(preemptible({ onStop: 'restore' }), supported);
      },
    },
  );
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

function showInputDelay({ scores, comparison, freezer }) {
  watchInputDelay((ms, kind) => {
    scores.addDelay(ms);
    comparison.addDelay(ms);
    if (kind !== 'input') return;
    freezer.addInputDelay(ms);
    setText(byId('last-delay'), duration(ms));
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
