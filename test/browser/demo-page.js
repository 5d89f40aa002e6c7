// The demo page in a browser: what is on it, by the names that its parts have for tests.

const PATIENCE_MS = 25_000;

export const JOBS = ['mandelbrot', 'ray-tracer', 'life', 'primes', 'text-index', 'hash', 'chain'];

/** The address of a page in which these jobs alone run, once. */
export function only(jobs, query = {}) {
  const off = JOBS.filter((job) => !jobs.includes(job)).join(',');
  return `?${new URLSearchParams({ repeat: 'no', ...(off ? { off } : {}), ...query })}`;
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

  /** Waits until a function in the page gives something true, and gives that. */
  async until(f, ...args) {
    const found = await this.driver.run(
      async (source, given, patience) => {
        const test = (0, eval)(`(${source})`);
        const end = performance.now() + patience;
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
      PATIENCE_MS,
    );
    if (!found) throw new Error(`in vain waited for ${f} of ${JSON.stringify(args)}; ${await this.summary()}`);
    return found;
  }

  summary() {
    return this.driver.run(() => document.querySelector('main').innerText.replace(/\s+/g, ' ').slice(0, 3000));
  }

  /** What a visitor would find in the console. */
  problems() {
    return this.driver.run(() => globalThis.problems);
  }

  text(name) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`).textContent, name);
  }

  value(name) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`).value, name);
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

  untilProgress(job, above) {
    const isBeyond = (id, least) => document.querySelector(`[data-testid="${id}-progress"]`).value > least;
    return this.until(isBeyond, job, above);
  }

  frames(count) {
    return this.driver.run(async (frames) => {
      for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
    }, count);
  }
}

/** Milliseconds, of a duration as the page writes it. */
export function parseDuration(text) {
  const [, number, unit] = /^([\d.,]+) (ms|s)$/.exec(text);
  return Number(number.replaceAll(',', '')) * (unit === 's' ? 1000 : 1);
}

/** Of the line that tells of the enlarged frame. */
export function parseFrame(caption) {
  const form = /: ([\d.,]+ m?s) · ([\d,]+) slices? · ([\d,]+) turns? · ([\d.,]+ m?s) of work/;
  const [, gap, slices, turns, work] = form.exec(caption);
  const count = (text) => Number(text.replaceAll(',', ''));
  return { gapMs: parseDuration(gap), slices: count(slices), turns: count(turns), workMs: parseDuration(work) };
}
