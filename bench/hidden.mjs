// node bench/hidden.mjs [seconds] [browser …]
//
// What browsers leave to a page that is out of sight. Prints for each browser and scheduler, in sight and out of sight:
// slices per second, and goodput, the work done relative to an uninterrupted loop. Measures dist/ as it is.
import { bundle } from './hosts/bundle.mjs';
import { browserNames } from './hosts/browsers.mjs';
import { html, serve } from './hosts/server.mjs';
import { main, parseNames } from './cli.mjs';
import { launch } from '../test/hosts/browsers.js';

await main(async () => {
  const [seconds = '5', ...browsers] = process.argv.slice(2);
  if (!(Number(seconds) > 0)) throw new Error(`seconds must be a number above 0, not ${seconds}`);
  const names = parseNames('browsers', browsers.length === 0 ? undefined : browsers.join(','), browserNames);
  const files = new Map([
    ['/', html('/hidden-page.js')],
    ['/hidden-page.js', await bundle('hidden-page.js', { platform: 'browser' })],
  ]);
  for (const name of names) {
    const browser = await launch[name]();
    const commands = {
      '/hide': () => browser.hide(),
      '/show': () => browser.show(),
      '/report': (text) => console.log(`${name} ${text}`),
      '/done': () => {},
    };
    const server = await serve(files, { onPost: (path, body) => commands[path](body) });
    try {
      console.log(await browser.version());
      const done = server.received('/done', 1);
      await browser.open(`${server.url}/?seconds=${seconds}`);
      const error = await done;
      if (error !== null) throw new Error(`${name}: ${error}`);
    } finally {
      await browser.close();
      server.close();
    }
  }
});
