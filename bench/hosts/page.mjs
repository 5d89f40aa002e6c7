// A browser as a host: a page for each job.
import { launch } from './browsers.mjs';
import { serve } from './server.mjs';

/**
 * @param {Map<string, string | Uint8Array>} files  of the site
 * @param {string} name  of the browser
 * @param {{ isolated: boolean }} options
 * @returns {Promise<import('./node.mjs').Host>}
 */
export async function openPage(files, name, { isolated }) {
  const server = await serve(files, { isolated });
  const browser = await launch(name).catch((error) => {
    server.close();
    throw error;
  });
  let runs = 0;
  return {
    title: `${browser.version}, ${isolated ? 'cross-origin isolated' : 'not isolated'}`,
    platform: 'browser',
    async run(job, timeoutMs) {
      const run = ++runs;
      const result = server.received('/result', run, AbortSignal.timeout(timeoutMs));
      result.catch(() => {}); // it may time out while the page is still opening
      try {
        await browser.open(`${server.url}/page?run=${run}&job=${encodeURIComponent(JSON.stringify(job))}`);
      } catch (error) {
        return { error: error.message };
      }
      return result.catch(() => ({ error: `not finished after ${timeoutMs / 1000} s` }));
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
