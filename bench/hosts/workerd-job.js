// Runs in workerd: responds to each request with the figures of one part of the benchmark `time`, once.
import { init } from 'cooperator';
import { measure } from '../benchmarks/time.js';
import wasm from './cooperator.wasm';

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/job') return new Response('another request');
    try {
      await init(wasm);
      const job = JSON.parse(searchParams.get('job'));
      return Response.json(await measure(job.part, job));
    } catch (error) {
      return Response.json({ error: `${error?.stack ?? error}` });
    }
  },
};
