// SQLite, the unmodified package sql.js, as a task in pages; and with a limit, where a page cannot suspend WebAssembly.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { drivers } from './drivers.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const page = `<!doctype html>
<meta charset="utf-8">
<title>SQLite</title>
<link rel="icon" href="data:,">
<script src="sql-wasm.js"></script>
<script type="module">
  import { cooperate } from './index.js';
  import { preemptible, supported } from './preemptible.js';
  const sql = preemptible({ onStop: 'restore' });
  const SQL = await initSqlJs({ instantiateWasm: sql.instantiateWasm(fetch('sql-wasm.wasm')) });
  const database = new SQL.Database();
  database.run('CREATE TABLE kept(a); INSERT INTO kept VALUES (1), (2), (3)');
  globalThis.opened = { cooperate, supported, sql, SQL, database };
</script>`;
const files = {
  '/': ['text/html', page],
  '/index.js': ['text/javascript', 'build/packed/node_modules/cooperator/dist/index.js'],
  '/preemptible.js': ['text/javascript', 'build/packed/node_modules/cooperator/dist/preemptible.js'],
  '/sql-wasm.js': ['text/javascript', 'test/modules/node_modules/sql.js/dist/sql-wasm-browser.js'],
  '/sql-wasm.wasm': ['application/wasm', 'test/modules/node_modules/sql.js/dist/sql-wasm-browser.wasm'],
};

let server;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const [type, source] = files[request.url] ?? [];
    if (type === undefined) response.statusCode = 404;
    else response.setHeader('Content-Type', type);
    response.end(source === page || source === undefined ? source : await readFile(at(source)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** In the page: waits until it has opened its database. */
async function open() {
  for (let left = 200; left > 0 && globalThis.opened === undefined; left--) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return globalThis.opened.supported;
}

/** In the page: runs queries as tasks. */
async function runTasks() {
  const { cooperate, sql, SQL, database } = globalThis.opened;
  const numbers = (last) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;
  const prepare = (text) => {
    const statement = database.prepare(text);
    const pointer = Object.values(statement).find(Number.isInteger);
    return { statement, task: cooperate(sql.call(SQL._sqlite3_step, pointer)) };
  };

  const whole = prepare(`${numbers(500_000)} SELECT sum(i) FROM n`);
  await whole.task.whenDone();
  const sum = whole.statement.get()[0];
  whole.statement.free();

  // Both ends are waited for: on a busy machine a frame may take as long as a whole query.
  const endless = prepare(`INSERT INTO kept ${numbers(1e12)} SELECT i FROM n`);
  for (let frames = 0; frames < 10 || endless.task.stats().turns < 10; frames++) {
    await new Promise(requestAnimationFrame);
  }
  let busy;
  try {
    database.exec('SELECT 1');
  } catch ({ name }) {
    busy = name;
  }
  endless.task.pause();
  const { turns } = endless.task.stats();
  for (let left = 3; left > 0; left--) await new Promise(requestAnimationFrame);
  const turnsWhilePaused = endless.task.stats().turns - turns;
  endless.task.resume();
  endless.task.stop();
  const error = await endless.task.whenDone().catch(({ name }) => name);
  return {
    sum,
    busy,
    manyTurns: sql.stats().turns > 10,
    turnsWhilePaused,
    error,
    state: sql.state,
    kept: database.exec('SELECT count(*), sum(a) FROM kept')[0].values[0],
    integrity: database.exec('PRAGMA integrity_check')[0].values[0][0],
  };
}

/** In the page: runs queries with a limit. */
function runLimited() {
  const { sql, database } = globalThis.opened;
  let error;
  try {
    sql.limit(50, () =>
      database.exec('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n'),
    );
  } catch ({ name }) {
    error = name;
  }
  return { error, state: sql.state, kept: database.exec('SELECT sum(a) FROM kept')[0].values[0][0] };
}

describe.each([
  ['chromium', true],
  ['firefox', true],
  ['webkit', false],
])('in %s', (browser, isSupported) => {
  let driver;
  let supported;
  beforeAll(async () => {
    driver = await drivers[browser]();
    await driver.open(`http://127.0.0.1:${server.address().port}/`);
    supported = await driver.run(open);
  });
  afterAll(() => driver?.close());

  if (isSupported) {
    test('a query of SQLite leaves the page its frames, and can be paused and stopped', async () => {
      expect(supported).toBe(true);
      expect(await driver.run(runTasks)).toStrictEqual({
        sum: 125000250000,
        busy: 'InstanceBusy',
        manyTurns: true,
        turnsWhilePaused: 0,
        error: 'TaskStopped',
        state: 'idle',
        kept: [3, 6],
        integrity: 'ok',
      });
    });
  }

  test('an endless query ends when its limit is reached, and the database is as before', async () => {
    expect(await driver.run(runLimited)).toStrictEqual({ error: 'TimeLimit', state: 'idle', kept: 6 });
  });
});
