// The toolbar: scheduler, budget, number of small tasks, repetition, and the address to share.

import { hasScheduler } from './modes.js';
import { BUDGETS, MOST_COUNTERS, SCHEDULERS } from './settings.js';

const BUDGET_TEXTS = { auto: 'automatic (5 ms, or the frame)' };
const SCHEDULER_TEXTS = { auto: 'automatic' };
const COPIED_MS = 1500;

export function connectControls(form, settings, announce) {
  const { scheduler, budget, repeat } = form.elements;
  for (const name of SCHEDULERS) {
    const option = new Option(SCHEDULER_TEXTS[name] ?? name, name, false, settings.scheduler === name);
    option.disabled = !hasScheduler(name);
    scheduler.append(option);
  }
  if (!hasScheduler(settings.scheduler)) settings.scheduler = scheduler.value = SCHEDULERS[0];
  for (const name of BUDGETS) {
    budget.append(new Option(BUDGET_TEXTS[name] ?? `${name} ms`, name, false, settings.budget === name));
  }
  repeat.checked = settings.repeat;
  scheduler.addEventListener('change', () => settings.set('scheduler', scheduler.value));
  budget.addEventListener('change', () => settings.set('budget', budget.value));
  repeat.addEventListener('change', () => settings.set('repeat', repeat.checked));
  form.addEventListener('submit', (event) => event.preventDefault());

  const onlyCooperative = () => {
    scheduler.disabled = budget.disabled = settings.mode !== 'cooperative';
  };
  onlyCooperative();
  settings.onChange(onlyCooperative);

  for (const button of form.querySelectorAll('[data-add]')) {
    button.addEventListener('click', () => {
      const added = Number(button.dataset.add);
      settings.set('counters', added === 0 ? 0 : Math.min(MOST_COUNTERS, settings.counters + added), true);
      announce(`${settings.counters} counters`);
    });
  }

  const copy = form.querySelector('[data-testid=copy-link]');
  const text = copy.textContent;
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'It is in the address bar'; // the browser does not let us
    }
    announce(copy.textContent);
    setTimeout(() => {
      copy.textContent = text;
    }, COPIED_MS);
  });
}
