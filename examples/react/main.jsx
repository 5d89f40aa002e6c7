// A component that computes, in strict mode. A second button removes it from the page.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { reduce, range } from 'cooperator/work';
import { useTask } from './use-task.js';

const LIMIT = 5_000_000;

function countPrime(count, n) {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return count;
  return count + 1;
}

function Primes() {
  const { state, progress, result, start, pause, resume, stop } = useTask();
  const active = state === 'running' || state === 'paused';
  return (
    <section>
      <p>
        Primes below {LIMIT.toLocaleString('en')}: <output>{result ?? state}</output>
      </p>
      <progress value={progress ? progress.done / progress.total : 0} />
      <p>
        <button onClick={() => start(reduce(range(2, LIMIT), countPrime, 0))} disabled={active}>
          Start
        </button>
        {state === 'paused' ? (
          <button onClick={resume}>Resume</button>
        ) : (
          <button onClick={pause} disabled={!active}>
            Pause
          </button>
        )}
        <button onClick={stop} disabled={!active}>
          Stop
        </button>
      </p>
    </section>
  );
}

function App() {
  const [shown, setShown] = useState(true);
  return (
    <>
      {shown && <Primes />}
      <button onClick={() => setShown(!shown)}>{shown ? 'Remove' : 'Put back'}</button>
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
