// The seven jobs, in the order in which the page shows them.

import { chain } from './chain/chain.js';
import { hash } from './hash/hash.js';
import { life } from './life/life.js';
import { mandelbrot } from './mandelbrot/mandelbrot.js';
import { primes } from './primes/primes.js';
import { rayTracer } from './ray-tracer/ray-tracer.js';
import { textIndex } from './text-index/text-index.js';

/** @type {import('./job-runner.js').JobDefinition[]} */
export const jobDefinitions = [mandelbrot, rayTracer, life, primes, textIndex, hash, chain];
