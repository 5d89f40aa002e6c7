// A table of 100,000 rows that is filtered at each keystroke. Each keystroke cancels the filtering before it.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { cooperate } from 'cooperator';
import { filter } from 'cooperator/work';
import { matches } from './matches.js';
import { rows } from './rows.js';

const SHOWN = 100;

function Table() {
  const [query, setQuery] = useState('');
  const [cooperative, setCooperative] = useState(true);
  const [found, setFound] = useState({ query: '', rows });

  useEffect(() => {
    const isFound = (row) => matches(row, query);
    if (!cooperative) {
      setFound({ query, rows: rows.filter(isFound) }); // the page freezes at each keystroke
      return undefined;
    }
    const controller = new AbortController();
    cooperate(filter(rows, isFound), { signal: controller.signal }).then(
      (result) => setFound({ query, rows: result }),
      (error) => error === controller.signal.reason || console.error(error),
    );
    return () => controller.abort(); // before the next keystroke's, and when the component unmounts
  }, [query, cooperative]);

  return (
    <>
      <div className="row">
        <input
          type="search"
          aria-label="Filter"
          placeholder="ada lovelace zurich"
          autoFocus
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <label>
          <input type="checkbox" checked={cooperative} onChange={(event) => setCooperative(event.target.checked)} />{' '}
          with cooperator
        </label>
        <output>{found.query === query ? `${found.rows.length} rows` : 'filtering …'}</output>
      </div>
      <table className={found.query === query ? '' : 'stale'}>
        <tbody>
          {found.rows.slice(0, SHOWN).map(({ id, name, city }) => (
            <tr key={id}>
              <td>{id}</td>
              <td>{name}</td>
              <td>{city}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

createRoot(document.getElementById('root')).render(<Table />);
