// sql.js: SQLite.
import { print, require } from './files.js';

const SQL = await require('sql.js')();
const database = new SQL.Database();
database.run('CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT)');
database.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO t SELECT i, (i * 7919) % 1009, hex(i * i) FROM n`);
database.run('CREATE INDEX x ON t(a)');
const rows =
  database.exec(`SELECT a, count(*), group_concat(b) FROM t WHERE b LIKE '%3%' GROUP BY a HAVING sum(id) > 100
  ORDER BY 2 DESC, 1 LIMIT 200`);
print(JSON.stringify(rows), database.export());
