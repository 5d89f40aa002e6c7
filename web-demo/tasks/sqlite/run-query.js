// SQLite as npm has it: the package sql.js, unmodified. cooperator/preemptible makes its WebAssembly interruptible while
// it loads, so that a query is a task like all others.

import initSqlJs from 'sql.js';
import { QUERY } from './query.js';
import wasmUrl from 'sql.js/dist/sql-wasm-browser.wasm?url';

/**
 * @param {import('cooperator/preemptible').Preemptible} sqlite
 * @param {boolean} isInterruptible  whether the browser can suspend WebAssembly, as asTask needs
 */
export async function openDatabase(sqlite, isInterruptible) {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`SQLite: HTTP ${response.status}`);
  const SQL = await initSqlJs({ instantiateWasm: sqlite.instantiateWasm(await response.arrayBuffer()) });
  const database = new SQL.Database();

  return {
    isInterruptible,
    /** Runs the query at once, to its end. */
    inOnePiece: () => database.exec(QUERY)[0].values[0][0],

    /** The query as a task: `cooperate` adds the work. Returns the task and a promise for the result. */
    asTask(cooperate) {
      const statement = database.prepare(QUERY);
      const pointer = Object.values(statement).find(Number.isInteger);
      const task = cooperate(sqlite.call(SQL._sqlite3_step, pointer), { name: 'SQLite' });
      const result = task.whenDone().then(
        () => {
          const [count] = statement.get();
          statement.free();
          return count;
        },
        (error) => {
          statement.free();
          throw error;
        },
      );
      return { task, result };
    },
  };
}
