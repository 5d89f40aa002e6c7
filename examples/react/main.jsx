// A component that computes, in strict mode, and beside it one that does the same in one piece and freezes. A button
// removes both from the page.
import { StrictMode, useEffect, useRef, useState } from 'react';
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
    <section className="card">
      <h2>With cooperator</h2>
      <p>
        Primes below {LIMIT.toLocaleString('en')}: <output>{result ?? state}</output>
      </p>
      <progress value={progress ? progress.done / progress.total : 0} />
      <p className="row">
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

/** The same in an event handler, as one loop. */
function FrozenPrimes() {
  const [result, setResult] = useState('idle');
  const count = () => {
    let primes = 0;
    for (let n = 2; n < LIMIT; n++) primes = countPrime(primes, n);
    setResult(primes);
  };
  return (
    <section className="card">
      <h2>In one piece</h2>
      <p>
        Primes below {LIMIT.toLocaleString('en')}: <span data-testid="frozen">{result}</span>
      </p>
      <p className="row">
        <button onClick={count}>Freeze</button>
      </p>
    </section>
  );
}

/** A bar that moves while the page can draw, and the longest time for which it stood still. */
function Movement() {
  const bar = useRef(null);
  const [longest, setLongest] = useState(0);
  useEffect(() => {
    let last = performance.now();
    let frame = requestAnimationFrame(function draw(now) {
      bar.current.style.transform = `translateX(${(Math.sin(now / 400) + 1) * 50}%)`;
      const gap = performance.now() - last;
      last += gap;
      setLongest((before) => Math.max(before, gap));
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <div className="movement">
      <i ref={bar} />
      <p>
        longest frame so far: <span data-testid="longest">{Math.round(longest)}</span> ms
      </p>
    </div>
  );
}

function App() {
  const [shown, setShown] = useState(true);
  return (
    <>
      <Movement />
      {shown && (
        <div className="row">
          <Primes />
          <FrozenPrimes />
        </div>
      )}
      <button onClick={() => setShown(!shown)}>{shown ? 'Remove' : 'Put back'}</button>
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
