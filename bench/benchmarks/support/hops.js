// Requests of several hops through the event loop of Node, as to a database, one after another.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { median } from '../../report/stats.mjs';

const HOPS = 10;
const REQUESTS = 15;

/** Sends each byte back. Ends with its connection, also if the benchmark fails. */
const server = `
  require('net')
    .createServer((socket) => {
      socket.setNoDelay(true).on('data', (bytes) => socket.write(bytes));
      socket.on('error', () => {}).on('close', () => process.exit());
    })
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;

/** Connects to a server in a process of its own. */
export async function openHops() {
  const child = spawn(process.execPath, ['--eval', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return {
    /** The median duration of a request of ten hops, in milliseconds. */
    async requestMs() {
      const durations = [];
      for (let request = 0; request < REQUESTS; request++) {
        const begin = performance.now();
        for (let hop = 0; hop < HOPS; hop++) {
          socket.write('x');
          await once(socket, 'data');
        }
        durations.push(performance.now() - begin);
      }
      return median(durations);
    },
    close() {
      socket.destroy();
      child.kill();
    },
  };
}
