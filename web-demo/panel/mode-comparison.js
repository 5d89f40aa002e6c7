// The button that measures the modes one after another with the same work, and then returns to the one before.

const EACH_MS = 4000;

export function connectModeComparison(button, settings, announce) {
  const text = button.textContent;
  let running = false;
  button.addEventListener('click', async () => {
    if (running) return;
    running = true;
    button.setAttribute('aria-disabled', 'true');
    await measureModes(settings, (progress) => {
      button.textContent = progress;
    });
    button.textContent = text;
    button.removeAttribute('aria-disabled');
    running = false;
    announce('Comparison finished.');
  });
}

async function measureModes(settings, onProgress) {
  const before = settings.mode;
  const modes = settings.choices.mode;
  for (const [index, mode] of modes.entries()) {
    onProgress(`Measuring ${index + 1} of ${modes.length} …`);
    settings.set('mode', mode, { force: true });
    await new Promise((resolve) => {
      setTimeout(resolve, EACH_MS);
    });
    if (settings.mode !== mode) return; // the visitor chose another one meanwhile
  }
  settings.set('mode', before, { force: true });
}
