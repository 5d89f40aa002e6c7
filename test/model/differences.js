// Where semantics differ from Twisted's on purpose: for each difference a script, with what happens here (on the model,
// the package and the C core) and what happens with Twisted 22.4 as it is.

/** @typedef {{ rule: string, what: string, script: string[], here: string[], twisted: string[] }} Difference */

/** @type {Difference[]} */
export const differences = [
  {
    rule: 'S10', what: 'stop tells all tasks, paused ones too; Twisted tells every second of those that run',
    script: [
      'cooperator turns=1', 'task A : forever', 'task B : forever', 'task C : forever', 'task D : forever',
      'task E : forever', 'pause E', 'stop-cooperator',
    ],
    here: ['schedule', 'cancel', ...['A', 'B', 'C', 'D', 'E'].map((name) => `finished ${name} SCHEDULER_STOPPED`)],
    twisted: ['schedule', 'finished A SCHEDULER_STOPPED', 'finished C SCHEDULER_STOPPED', 'cancel'],
  },
  {
    rule: 'S2', what: 'one queue; with Twisted the one behind a task that waits loses its turn',
    script: [
      'cooperator turns=7', 'deferred d', 'callback d v', 'task A : wait d | wait d | wait d | wait d | done',
      'task B : forever', 'task C : forever', 'pump',
    ],
    here: ['schedule', 'turn A 1', 'turn B 1', 'turn C 1', 'turn A 2 got v', 'turn B 2', 'turn C 2',
      'turn A 3 got v', 'schedule'],
    // the value is dropped, too, and a slice asked for in the middle of one (S4)
    twisted: ['schedule', 'turn A 1', 'schedule', 'turn C 1', 'turn A 2', 'turn B 1', 'turn C 2', 'turn A 3',
      'turn B 2'],
  },
  {
    rule: 'S2', what: 'a task that finishes costs the next one no turn',
    script: ['cooperator turns=3', 'task A : done', 'task B : forever', 'task C : forever', 'pump'],
    here: ['schedule', 'turn A 1', 'finished A done', 'turn B 1', 'turn C 1', 'schedule'],
    twisted: ['schedule', 'turn A 1', 'finished A done its-iterator', 'turn C 1', 'turn B 1', 'schedule'],
  },
  {
    rule: 'S4', what: 'a slice is asked for after a slice, not in the middle of one',
    script: ['cooperator turns=3', 'task B later : done', 'task A : add B ; more | done', 'pump'],
    here: ['schedule', 'turn A 1', 'turn B 1', 'finished B done', 'turn A 2', 'finished A done'],
    twisted: [
      'schedule', 'turn A 1', 'schedule', 'turn B 1', 'finished B done its-iterator', 'turn A 2', 'cancel',
      'finished A done its-iterator',
    ],
  },
  {
    rule: 'S6', what: 'resume on a task that only waits is refused; with Twisted it runs on without the value',
    script: ['cooperator turns=0', 'deferred d', 'task A : wait d | done', 'pump', 'resume A', 'pump'],
    here: ['schedule', 'turn A 1', 'refused resume A NOT_PAUSED'],
    twisted: ['schedule', 'turn A 1', 'schedule', 'turn A 2', 'finished A done its-iterator'],
  },
  {
    rule: 'J2', what: 'a failed wait goes into the iterator in the next turn, and a paused task stays',
    script: ['cooperator turns=0', 'deferred d', 'task A : wait d | done', 'pump', 'pause A', 'errback d boom',
      'resume A', 'pump'],
    here: ['schedule', 'turn A 1', 'schedule', 'turn A 2 failed boom', 'finished A done'],
    twisted: ['schedule', 'turn A 1', 'finished A failed boom'],
  },
  {
    rule: 'J2', what: 'a stopped task finishes once; Twisted tries it again when its Deferred fails',
    script: [
      'cooperator turns=0', 'deferred d', 'task A : wait d | done', 'pump', 'stop A', 'errback d late',
      'on d both seen nothing none',
    ],
    here: ['schedule', 'turn A 1', 'finished A TASK_STOPPED', 'ran seen failed late'],
    twisted: ['schedule', 'turn A 1', 'finished A TASK_STOPPED', 'ran seen failed ALREADY_CALLED'],
  },
  {
    rule: 'J1', what: 'whenDone fires with what the generator returns, not with the iterator',
    script: ['cooperator turns=0', 'task A : done value', 'pump'],
    here: ['schedule', 'turn A 1', 'finished A done value'],
    twisted: ['schedule', 'turn A 1', 'finished A done its-iterator'],
  },
  {
    rule: 'J2', what: 'waiting only looks on; Twisted takes the result off the chain',
    script: ['cooperator turns=0', 'deferred d', 'task A : wait d | done', 'pump', 'callback d v',
      'on d both seen nothing none', 'pump'],
    here: ['schedule', 'turn A 1', 'schedule', 'ran seen v', 'turn A 2 got v', 'finished A done'],
    twisted: ['schedule', 'turn A 1', 'schedule', 'ran seen nothing', 'turn A 2', 'finished A done its-iterator'],
  },
  {
    rule: 'D3', what: 'Deferreds that wait for one another in a circle fail; with Twisted they wait for ever',
    script: [
      'cooperator', 'deferred d', 'deferred e', 'on d both x wait:e none', 'on e both y wait:d none', 'callback d v',
      'callback e w', 'on d both end nothing none',
    ],
    here: ['ran x v', 'ran y w', 'ran end failed CIRCULAR'],
    twisted: ['ran x v', 'ran y w'],
  },
  {
    rule: 'D3',
    what: 'who waits for a Deferred in that one\'s own callback gets what the callback returns, not what it got',
    script: [
      'cooperator', 'deferred d', 'deferred e', 'procedure p : callback e now', 'on e both x wait:d none',
      'on e both y nothing none', 'on d both z value:made p', 'callback d given',
    ],
    here: ['ran z given', 'ran x now', 'ran y made'],
    twisted: ['ran z given', 'ran x now', 'ran y given'],
  },
  {
    rule: 'D5', what: 'what is added to a Deferred that is handing its result on runs after those that it goes to',
    script: [
      'cooperator', 'deferred d', 'deferred e', 'procedure p : on d both late nothing none', 'on e both x wait:d none',
      'on e both y nothing p', 'on e both z nothing none', 'callback e v', 'callback d w',
    ],
    here: ['ran x v', 'ran y w', 'ran z nothing', 'ran late nothing'],
    twisted: ['ran x v', 'ran y w', 'ran late nothing', 'ran z nothing'],
  },
  {
    rule: 'D4', what: 'a pause in a Deferred\'s own callback holds the chain',
    script: ['cooperator', 'deferred d', 'procedure p : hold d', 'on d both x pass p', 'on d both y pass none',
      'callback d v'],
    here: ['ran x v'],
    twisted: ['ran x v', 'ran y v'],
  },
];
