// The toolbar: scheduler, length of the slices, number of counters, repetition, and the link to this view.

import { connectCopyButtons } from './copy-buttons.js';

const SCHEDULER_TEXTS = { auto: 'automatic' };
const BUDGET_TEXTS = { auto: 'automatic (at most 5 ms)' };

export function connectControls(form, settings, announce) {
  form.addEventListener('submit', (event) => event.preventDefault());
  connectSliceControls(form.elements, settings);
  connectRepeat(form.elements.repeat, settings);
  connectCounterButtons(form.querySelectorAll('[data-add]'), settings, announce);
  connectCopyButtons([form.querySelector('[data-testid=copy-link]')], announce);
}

/** Scheduler and budget, which are fixed in the other modes. */
function connectSliceControls({ scheduler, budget }, settings) {
  for (const name of settings.choices.scheduler) {
    const option = new Option(SCHEDULER_TEXTS[name] ?? name, name, false, settings.scheduler === name);
    option.disabled = !settings.supportsScheduler(name);
    scheduler.append(option);
  }
  for (const name of settings.choices.budget) {
    budget.append(new Option(BUDGET_TEXTS[name] ?? `${name} ms`, name, false, settings.budget === name));
  }
  scheduler.addEventListener('change', () => settings.set('scheduler', scheduler.value));
  budget.addEventListener('change', () => settings.set('budget', budget.value));

  const updateDisabled = () => {
    scheduler.disabled = budget.disabled = settings.mode !== 'cooperative';
  };
  updateDisabled();
  settings.onChange(updateDisabled);
}

function connectRepeat(checkbox, settings) {
  checkbox.checked = settings.repeat;
  checkbox.addEventListener('change', () => settings.set('repeat', checkbox.checked));
}

function connectCounterButtons(buttons, settings, announce) {
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const added = Number(button.dataset.add);
      const counters = added === 0 ? 0 : Math.min(settings.choices.mostCounters, settings.counters + added);
      settings.set('counters', counters, { force: true });
      announce(`${settings.counters} counters`);
    });
  }
}
