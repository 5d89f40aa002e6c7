// Asks a page for its outcome.

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @returns {Promise<unknown>}  what the page's script has put into `outcome`
 */
export async function outcomeIn(browser, url) {
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', ({ message }) => {
    // Firefox tells there, besides, what a policy has blocked
    if (!message.startsWith('Content-Security-Policy:')) problems.push(message);
  });
  try {
    await page.goto(url);
    const outcome = await page.evaluate(async () => (await globalThis.outcome) ?? 'the page has no outcome');
    return problems.length === 0 ? outcome : problems.join('\n');
  } finally {
    await page.close();
  }
}
