// Opens a page and gets its result.

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @returns {Promise<unknown>}  what the page's script stored in the global `outcome`, or the page's errors
 */
export async function outcomeIn(browser, url) {
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', ({ message }) => {
    // Firefox also reports here what a policy blocked.
    if (!message.startsWith('Content-Security-Policy:')) problems.push(message);
  });
  try {
    await page.goto(url);
    // A framework may run the page's code only after the page has loaded.
    await page.waitForFunction(() => globalThis.outcome !== undefined, { timeout: 5000 }).catch(() => {});
    const outcome = await page.evaluate(async () => (await globalThis.outcome) ?? 'the page has no outcome');
    return problems.length === 0 ? outcome : problems.join('\n');
  } finally {
    await page.close();
  }
}
