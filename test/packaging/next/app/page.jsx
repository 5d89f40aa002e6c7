'use client';
// A task in a client component.
import { useEffect, useState } from 'react';
import { run } from '../../program.js';

export default function Page() {
  const [result, setResult] = useState('computing');
  useEffect(() => {
    globalThis.outcome = run().then(
      (value) => {
        setResult(value);
        return value;
      },
      (error) => error.message,
    );
  }, []);
  return <p>{result}</p>;
}
