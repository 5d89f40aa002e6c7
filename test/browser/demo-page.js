// Reads and operates the demo page in a browser. Parts of the page are found by their `data-testid`.

const TIMEOUT_MS = 25_000;

export const JOBS = ['mandelbrot', 'ray-tracer', 'life', 'primes', 'text-index', 'hash', 'chain'];

/** The query of the demo page in which only these jobs run. */
export function only(jobs, query = {}) {
  const off = JOBS.filter((job) => !jobs.includes(job)).join(',');
  return `?${new URLSearchParams({ ...(off ? { off } : {}), ...query })}`;
}

export class DemoPage {
  constructor(driver) {
    this.driver = driver;
  }

  static async open(driver, url, options) {
    await driver.open(url, options);
    const page = new DemoPage(driver);
    await page.until(() => document.documentElement.classList.contains('started'));
    return page;
  }

  /** Calls a function in the page until it returns something truthy, and resolves to that. */
  async until(f, ...args) {
    const found = await this.driver.run(
      async (source, given, timeoutMs) => {
        const test = (0, eval)(`(${source})`);
        const end = performance.now() + timeoutMs;
        for (;;) {
          const value = await test(...given);
          if (value || performance.now() > end) return value;
          await new Promise((resolve) => {
            setTimeout(resolve, 20);
          });
        }
      },
      String(f),
      args,
      TIMEOUT_MS,
    );
    if (!found) throw new Error(`timed out: ${f} with ${JSON.stringify(args)}; the page: ${await this.summary()}`);
    return found;
  }

  summary() {
    return this.driver.run(() => document.querySelector('main').innerText.replace(/\s+/g, ' ').slice(0, 3000));
  }

  /** Errors and warnings in the console of the page. */
  problems() {
    return this.driver.run(() => globalThis.problems);
  }

  text(name) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`).textContent, name);
  }

  value(name) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`).value, name);
  }

  /** Whether the big switch is on. */
  isOn() {
    return this.driver.run(() => document.getElementById('switch').getAttribute('aria-checked') === 'true');
  }

  progress(job) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}-progress"]`).value, job);
  }

  click(name) {
    return this.driver.run((id) => {
      document.querySelector(`[data-testid="${id}"]`).click();
    }, name);
  }

  mode(name) {
    return this.driver.run((mode) => {
      document.getElementById(`mode-${mode}`).click();
    }, name);
  }

  choose(name, value) {
    return this.driver.run(
      (id, wanted) => {
        const element = document.querySelector(`[data-testid="${id}"]`);
        element.value = wanted;
        element.dispatchEvent(new Event('change', { bubbles: true }));
      },
      name,
      value,
    );
  }

  untilText(name, pattern) {
    return this.until(
      (id, source) => {
        const { textContent } = document.querySelector(`[data-testid="${id}"]`);
        return new RegExp(source).test(textContent) && textContent;
      },
      name,
      pattern.source,
    );
  }

  untilState(job, state) {
    return this.untilText(`${job}-state`, new RegExp(`^${state}$`));
  }

  /** Waits until the progress of a job exceeds `minimum`. */
  untilProgress(job, minimum) {
    const exceeds = (id, min) => document.querySelector(`[data-testid="${id}-progress"]`).value > min;
    return this.until(exceeds, job, minimum);
  }

  /** Waits for a number of frames. */
  frames(count) {
    return this.driver.run(async (frames) => {
      for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
    }, count);
  }
}

/** Parses a duration as the page writes it, and returns milliseconds. */
export function parseDuration(text) {
  const [, number, unit] = /^([\d.,]+) (ms|s)$/.exec(text);
  return Number(number.replaceAll(',', '')) * (unit === 's' ? 1000 : 1);
}

/** Parses the caption of the enlarged frame. */
export function parseFrame(caption) {
  const form = /: ([\d.,]+ m?s) · ([\d,]+) slices? · ([\d,]+) turns? · ([\d.,]+ m?s) of work/;
  const [, gap, slices, turns, work] = form.exec(caption);
  const count = (text) => Number(text.replaceAll(',', ''));
  return { gapMs: parseDuration(gap), slices: count(slices), turns: count(turns), workMs: parseDuration(work) };
}
