// The page of an old browser: tries what may come before the first task, each in a copy of the package of its own, and
// reports the outcomes to the server.
const address = 'cooperator/dist/cooperator.wasm';
const tries = {
  'nothing': () => undefined,
  'init()': ({ init }) => init(),
  'init(address)': ({ init }) => init(address),
  'init(module)': async ({ init }) => init(await WebAssembly.compileStreaming(fetch(address))),
};

async function outcomeOf(entry, first) {
  const cooperator = await import(`./cooperator/dist/${entry}.js?${encodeURIComponent(first)}`);
  await tries[first](cooperator);
  return cooperator
    .cooperate(function* () {
      yield;
      return 'works';
    })
    .whenDone();
}

const outcomes = {};
for (const entry of ['index', 'without-wasm']) {
  for (const first of Object.keys(tries)) {
    outcomes[`${entry}, ${first}`] = await outcomeOf(entry, first).catch((error) => error.message);
  }
}
await fetch(`report?${encodeURIComponent(JSON.stringify(outcomes))}`);
