// A server that runs its users' SQL in SQLite, which was never written to yield: node server.js <kind>, where the kind is
// in-one-piece or as-a-task. It listens on the loopback address and prints its URL. The body of a POST is a query; other
// requests are answered at once. QUERY_LIMIT_MS in the environment sets another time limit than a second.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Cooperator, predicates } from 'cooperator';
import { preemptible } from 'cooperator/preemptible';
import initSqlJs from 'sql.js';

/** Shorter than the default of 10 ms, because other requests wait for the current slice. */
const SLICE_MS = 2;
const QUERY_LIMIT_MS = Number(process.env.QUERY_LIMIT_MS ?? 1000);
const SQLITE_ROW = 100;
const SQLITE_DONE = 101;

const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
const sqlite = preemptible({ onStop: 'restore' });
const wasm = await readFile(new URL(import.meta.resolve('sql.js/dist/sql-wasm.wasm')));
const SQL = await initSqlJs({ instantiateWasm: sqlite.instantiateWasm(wasm) });
const database = new SQL.Database();
database.run("CREATE TABLE visits(page TEXT); INSERT INTO visits VALUES ('/'), ('/'), ('/about')");

/** A query as a task. If it is stopped, the database is what it was before its last step. */
async function runAsTask(query, signal) {
  const statement = database.prepare(query);
  const pointer = Object.values(statement).find(Number.isInteger);
  const rows = [];
  try {
    for (;;) {
      const step = sqlite.call(SQL._sqlite3_step, pointer);
      const status = await cooperator.cooperate(step, { signal, name: query }).whenDone();
      if (status === SQLITE_DONE) return rows;
      if (status !== SQLITE_ROW) throw new Error(`SQLite has failed with status ${status}`);
      rows.push(statement.get());
    }
  } finally {
    statement.free();
  }
}

/** They share a database, so one query runs after the other. */
let last = Promise.resolve();
const afterTheLast = (f) => (last = last.then(f, f));

const kinds = {
  'in-one-piece': async (query) => database.exec(query)[0].values,
  'as-a-task': (query, signal) => afterTheLast(() => runAsTask(query, signal)),
};
const run = kinds[process.argv[2]];
if (run === undefined) throw new Error(`usage: node server.js <${Object.keys(kinds).join(' or ')}>`);

let stopped = 0;
const server = createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.end(JSON.stringify({ stopped }));
    return;
  }
  const closed = new AbortController(); // stops the query when the client disconnects
  response.once('close', () => closed.abort());
  try {
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(QUERY_LIMIT_MS)]);
    response.end(JSON.stringify(await run(await text(request), signal)));
  } catch (error) {
    if (closed.signal.aborted) stopped++;
    response.writeHead(400).end(JSON.stringify({ error: error.name }));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
