// Runs the examples that are Node programs with the commands in their READMEs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, commandsOf } from '../docs/blocks.js';

const started = [];
let directory;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cooperator-examples-'));
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function start(command, args, options) {
  const child = spawn(command, args, { cwd: at('examples'), stdio: ['ignore', 'pipe', 'pipe'], ...options });
  started.push(child);
  const output = { stdout: '', stderr: '' };
  for (const name of Object.keys(output)) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return { child, ended };
}

/** Runs a command line. `exec` makes the command itself the child process, so that it receives the signals. */
const runLine = (command, options) => start('bash', ['-euc', `exec ${command}`], options);

describe('csv', () => {
  const [make, summarize, ...others] = commandsOf('examples/csv/README.md');

  beforeAll(async () => {
    expect(others).toEqual([]);
    expect(await runLine(make).ended).toStrictEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('prints a summary of the whole file', async () => {
    const { code, stdout, stderr } = await runLine(summarize).ended;
    expect(code).toBe(0);
    expect(stderr.replace(/^[=-]+ \d+ % of \d+ bytes, \w+ left$/gm, '').trim()).toBe(''); // only the bar
    const lines = stdout.split('\n').filter((line) => /^│ \d/.test(line));
    const rows = lines.map((line) =>
      line
        .split('│')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );
    expect(rows.map(([station, count]) => `${station} ${count}`)).toStrictEqual([
      "'Berlin' 125000",
      "'Dakar' 125000",
      "'Lima' 125000",
      "'Oslo, Blindern' 125000",
      "'Pune' 125000",
      "'Quito' 125000",
      "'Riga' 125000",
      `'Suva "Nausori"' 125000`,
    ]);
    // every 8th value of a cycle of 600 from -20 in tenths of a degree: 75 values, equally frequent
    expect(rows[0].slice(2)).toStrictEqual(['-20', '9.6', '39.2', '9.6']);
  });

  test('stops on SIGINT and exits by itself', async () => {
    const { child, ended } = runLine(summarize);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toStrictEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Stopped; nothing was left open\.\n$/);
  });
});

test('server: other requests are answered during the computation in turns, and not in one piece', async () => {
  const [measure, ...others] = commandsOf('examples/server/README.md');
  expect(others).toEqual([]);
  const { code, stdout, stderr } = await runLine(measure).ended;
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  const rows = [...stdout.matchAll(/^(\S+)((?: +[\d.]+){5}) {2}(\{.*\})$/gm)].map(([, kind, , report]) => ({
    kind,
    ...JSON.parse(report),
  }));
  expect(rows).toStrictEqual([
    { kind: 'in-one-piece', primes: 216816, answeredMeanwhile: 0 },
    { kind: 'in-turns', primes: 216816, answeredMeanwhile: expect.any(Number) },
  ]);
  expect(rows[1].answeredMeanwhile).toBeGreaterThan(0);
});

test("sql: users' queries are stopped at a time limit, or when their user leaves, and the database is as before", async () => {
  const [measure, ...others] = commandsOf('examples/sql/README.md');
  expect(others).toEqual([]);
  const PATH = `${at('test/hosts/node_modules/node26/bin')}:${process.env.PATH}`; // it needs Node 24
  const QUERY_LIMIT_MS = '5000'; // a slow query takes more than the default second on a busy machine
  const { code, stdout, stderr } = await runLine(measure, { env: { ...process.env, PATH, QUERY_LIMIT_MS } }).ended;
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  const results = [...stdout.matchAll(/^ {2}(.*): (\S+) after \d+ ms$/gm)].map(([, name, result]) => [name, result]);
  const slow = ['a slow query', '[[45000150000]]'];
  const other = ['another query', '[["/",2],["/about",1]]'];
  expect(results).toStrictEqual([
    slow,
    other,
    slow,
    ['an endless query', '{"error":"TimeoutError"}'],
    ['an endless query, whose user leaves', '{"stopped":1}'],
    other,
  ]);
  expect(stdout.match(/^ {4}\d+ other requests, latency in ms: p50 \d+, p99 \d+, max \d+$/gm).length).toBe(6);
});

test('worker-pool: results in order on any number of workers, one job fails, one is stopped in the middle', async () => {
  const commands = commandsOf('examples/worker-pool/README.md');
  expect(commands.length).toBe(2);
  for (const command of commands) {
    const { code, stdout, stderr } = await runLine(command).ended;
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    const size = Number(lines[0].match(/^jobs: 12, workers: (\d+)$/)[1]);
    expect(size).toBe(command.endsWith(' 1') ? 1 : availableParallelism());

    const tenths = lines.map((line) => line.match(/^(\d+)0 % done: (\d+) jobs run, \d+ wait$/)).filter(Boolean);
    expect(tenths.length).toBeGreaterThan(5);
    expect(tenths.map(([, tenth]) => Number(tenth))).toStrictEqual(
      [...new Set(tenths.map(([, tenth]) => Number(tenth)))].sort((a, b) => a - b),
    );
    expect(tenths.at(-1)[0]).toBe('100 % done: 0 jobs run, 0 wait');
    const running = Math.max(...tenths.map(([, , jobs]) => Number(jobs)));
    expect(running).toBeLessThanOrEqual(size);
    expect(running).toBeGreaterThan(size === 1 ? 0 : 1);

    expect(lines.slice(-13)).toStrictEqual([
      expect.stringMatching(/^all ended after \d+ ms$/),
      '2 to 500000: 41538 primes',
      '500000 to 1000000: 36960 primes',
      '1000000 to 1500000: 35657 primes',
      '1500000 to 2000000: 34778 primes',
      '-1 to 2500000: RangeError: a range begins at 2 or later, not at -1',
      '2500000 to 3000000: 33744 primes',
      '3000000 to 3500000: 33334 primes',
      '3500000 to 4000000: Error: no longer wanted',
      '4000000 to 4500000: 32802 primes',
      '4500000 to 5000000: 32565 primes',
      '5000000 to 5500000: 32287 primes',
      '5500000 to 6000000: 32049 primes',
    ]);
  }
});

test('cloudflare: another request is answered while the Worker computes', async () => {
  const [serve, ...others] = commandsOf('examples/cloudflare/README.md');
  expect(others).toEqual([]);
  const { child } = start('bash', ['-euc', `exec ${serve}`], { detached: true });
  try {
    const url = 'http://127.0.0.1:8787';
    const until = Date.now() + 60_000;
    const ping = async () => (await fetch(`${url}/ping`)).text();
    while ((await ping().catch(() => undefined)) !== 'pong\n') {
      if (Date.now() > until) throw new Error('the Worker does not answer');
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    let isDone = false;
    const primes = fetch(`${url}/primes?below=2000000`).then((response) => {
      isDone = true;
      return response.text();
    });
    expect(await ping()).toBe('pong\n');
    expect(isDone).toBe(false);
    expect(await primes).toBe('148933 primes below 2000000\n');
  } finally {
    process.kill(-child.pid, 'SIGKILL'); // npx, and what it has started
  }
});

describe('bullmq', () => {
  let redis;
  let port;

  beforeAll(async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = server.address().port;
    server.close();
    await once(server, 'close');
    const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: directory };
    redis = start(
      'redis-server',
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    );
    let log = '';
    for await (const text of redis.child.stdout.iterator({ destroyOnReturn: false })) {
      log += text;
      if (log.includes('Ready to accept connections')) return;
    }
    throw new Error(`redis-server did not start:\n${log}`);
  });

  afterAll(async () => {
    redis.child.kill();
    await redis.ended;
  });

  test('a job in turns keeps its lock, can be cancelled and handed over; in one piece it stalls', async () => {
    const [main, ...others] = commandsOf('examples/bullmq/README.md');
    expect(others).toEqual([]);
    const { code, stdout, stderr } = await runLine(main, {
      env: { ...process.env, REDIS_URL: `redis://127.0.0.1:${port}` },
    }).ended;
    const rows = Object.fromEntries(
      [
        ...stdout.matchAll(/^(.+?): started (\d+), stalled (\d+), progress (\d+), back in the queue (\d+); (.*)$/gm),
      ].map(([, title, ...rest]) => [title, { counts: rest.slice(0, 4).map(Number), end: rest[4] }]),
    );
    expect({ code, titles: Object.keys(rows) }).toStrictEqual({
      code: 0,
      titles: ['in one piece', 'in turns', 'cancelled', 'worker closed'],
    });
    expect(stderr.replace(/^inOnePiece: .*\n/gm, '')).toBe(''); // errors of the stalled workers

    const onePiece = rows['in one piece'];
    expect(onePiece.end).toMatch(/^failed: job stalled more than allowable limit/);
    expect(onePiece.counts[0]).toBeGreaterThan(1);
    expect(onePiece.counts[1]).toBeGreaterThan(0);

    expect(rows['in turns']).toStrictEqual({ counts: [1, 0, expect.any(Number), 0], end: 'completed: 1031130 primes' });
    expect(rows['in turns'].counts[2]).toBeGreaterThan(10);

    expect(rows.cancelled).toStrictEqual({
      counts: [1, 0, expect.any(Number), 0],
      end: 'failed: cancelled: no longer wanted',
    });
    expect(rows.cancelled.counts[2]).toBeLessThan(100);

    expect(rows['worker closed']).toStrictEqual({
      counts: [2, 0, expect.any(Number), 1],
      end: 'completed: 216816 primes',
    });
  });
});
