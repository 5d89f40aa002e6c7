// Replays test/traces, which the C tests replay too; the format is described in its README.md.
import { Cooperator, Deferred, SchedulerStopped, TaskStopped, predicates } from 'cooperator';
import { traces } from './support/traces.js';

const { 'index.txt': index, ...files } = traces;
const names = index.split('\n').filter((line) => line !== '');

test('the index names every trace there is', () => {
  expect([...names].sort()).toStrictEqual(Object.keys(files).sort());
  expect(names.length).toBeGreaterThan(10);
});

/** TaskStopped as C names it: TASK_STOPPED. */
const statusOf = (error) => error.constructor.name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

class Replay {
  log = [];
  tasks = new Map();
  works = new Map();
  deferreds = new Map();
  request = undefined;

  make(options) {
    const { turns, started, scheduler } = Object.fromEntries(options.map((option) => option.split('=')));
    this.cooperator = new Cooperator({
      started: started !== 'no',
      terminationPredicateFactory: turns === '0' ? () => () => false : predicates.turns(Number(turns)),
      onError: (error) => { this.log.push(`reported ${error}`); },
      scheduler: (slice) => {
        this.log.push('schedule');
        const request = { slice, pending: true };
        this.request = request;
        if (scheduler === 'sync') {
          request.pending = false;
          slice();
        }
        return { cancel: () => { this.log.push('cancel'); request.pending = false; } };
      },
    });
  }

  define(name, share, turns) {
    const list = turns.flatMap((turn) => {
      const parts = turn.split(' ; ');
      const [end, count = '1'] = parts.at(-1).split('*');
      return Array.from({ length: Number(count) }, () => ({ actions: parts.slice(0, -1), end }));
    });
    const replay = this;
    function* work() {
      let received = '';
      for (let number = 1; ; number++) {
        replay.log.push(`turn ${name} ${number}${received}`);
        received = '';
        const last = list.at(-1);
        const beyond = { actions: [], end: 'fail asked-beyond-the-end' };
        const turn = list[number - 1] ?? (last.end === 'forever' ? last : beyond);
        for (const action of turn.actions) replay.execute(action);
        const [word, argument] = turn.end.split(' ');
        if (word === 'done') return argument;
        if (word === 'fail') throw new Error(argument);
        if (word === 'wait') {
          try {
            received = ` got ${yield replay.deferreds.get(argument)}`;
          } catch (error) {
            received = ` failed ${error.message}`;
          }
        } else {
          yield;
        }
      }
    }
    this.works.set(name, { work: work(), share });
  }

  add(name) {
    const { work, share } = this.works.get(name);
    const task = this.cooperator.cooperate(work, { name, share });
    this.tasks.set(name, task);
    task.whenDone().addCallbacks(
      (value) => { this.log.push(`finished ${name} done${value === undefined ? '' : ` ${value}`}`); },
      (error) => {
        const stopped = error instanceof TaskStopped || error instanceof SchedulerStopped;
        this.log.push(`finished ${name} ${stopped ? statusOf(error) : `failed ${error.message}`}`);
      },
    );
  }

  execute(line) {
    const [head, tail = ''] = line.split(/ : (.*)/s);
    const [command, name, ...rest] = head.split(' ');
    switch (command) {
      case 'cooperator':
        this.make([name, ...rest]);
        break;
      case 'task':
        this.define(name, Number(rest.find((word) => word.startsWith('share='))?.slice(6) ?? 1), tail.split(' | '));
        if (!rest.includes('later')) this.add(name);
        break;
      case 'add':
        this.add(name);
        break;
      case 'pause': case 'resume': case 'stop':
        try {
          this.tasks.get(name)[command]();
        } catch (error) {
          this.log.push(`refused ${command} ${name} ${statusOf(error)}`);
        }
        break;
      case 'on-done':
        this.tasks.get(name).whenDone().addBoth(() => {
          for (const action of tail.split(' ; ')) this.execute(action);
        });
        break;
      case 'state':
        this.log.push(`state ${name} ${this.tasks.get(name).state}`);
        break;
      case 'deferred':
        this.deferreds.set(name, new Deferred());
        break;
      case 'callback':
        this.deferreds.get(name).callback(rest[0]);
        break;
      case 'errback':
        this.deferreds.get(name).errback(new Error(rest[0]));
        break;
      case 'stop-cooperator':
        this.cooperator.stop();
        break;
      case 'start-cooperator':
        this.cooperator.start();
        break;
      case 'running':
        this.log.push(`running ${this.cooperator.running ? 'yes' : 'no'}`);
        break;
      case 'tasks':
        this.log.push(['tasks', ...this.cooperator.tasks.map((task) => task.name)].join(' '));
        break;
      case 'pump':
        if (this.request?.pending) {
          this.request.pending = false;
          this.request.slice();
        }
        break;
      case 'slice':
        if (this.request !== undefined) {
          this.request.pending = false;
          this.request.slice();
        }
        break;
      default:
        throw new Error(`no such command: ${line}`);
    }
  }
}

for (const name of names) {
  test(`trace ${name.replace('.trace', '')}`, () => {
    const lines = files[name].split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const replay = new Replay();
    const happened = [];
    for (const line of lines) {
      if (line.startsWith('> ')) continue;
      happened.push(line);
      replay.execute(line);
      happened.push(...replay.log.splice(0).map((event) => `> ${event}`));
    }
    replay.cooperator.dispose();
    expect(happened).toStrictEqual(lines);
  });
}
