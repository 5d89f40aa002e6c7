import { errorText } from './error-text.js';

/** Collects the errors that the host reports outside of any test. */
function collectStrayErrors() {
  const stray = [];
  const add = (error) => stray.push(errorText(error));
  if (typeof process === 'object') {
    process.on('uncaughtException', add);
    process.on('unhandledRejection', add);
  } else {
    addEventListener('error', (event) => {
      event.preventDefault();
      add(event.error ?? event.message);
    });
    addEventListener('unhandledrejection', (event) => {
      event.preventDefault();
      add(event.reason);
    });
  }
  return stray;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs test files one after another and sends a report of each.
 * @param {string[]} names  bundles in the same directory
 * @param {(report: { file: string, passed: number, failures: { test: string, message: string }[] }) => unknown} send
 */
export async function runAll(names, send) {
  const stray = collectStrayErrors();
  for (const file of names) {
    let report;
    try {
      const { default: run } = await import(new URL(file, import.meta.url).href);
      report = await run();
    } catch (error) {
      report = { passed: 0, failures: [{ test: file, message: errorText(error) }] };
    }
    // Stray errors of this file appear now, if at all.
    await pause(20);
    for (const message of stray.splice(0)) report.failures.push({ test: 'outside of any test', message });
    await send({ file, ...report });
  }
}
