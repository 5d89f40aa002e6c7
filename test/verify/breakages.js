// Deliberate breakages, each against a rule: the quick checks have to notice every one (mutations.mjs).

/** @typedef {{ rule: string, what: string, file: string, from: string, to: string }} Breakage */

/** @type {Breakage[]} */
export const breakages = [
  // S: turns, slices, the life of tasks
  {
    rule: 'S1', what: 'a turn of a finished task says more', file: 'src/cooperator.c',
    from: '    case COOP_DONE:\n      coop__task_complete',
    to: '    case COOP_DONE:\n      break;\n      coop__task_complete',
  },
  {
    rule: 'S2', what: 'the head stays after its turn', file: 'src/cooperator.c',
    from: 'return cooperator->head = task->queue.next;', to: 'return cooperator->head = task;',
  },
  {
    rule: 'S2', what: 'a task that comes back in its own turn keeps its place', file: 'src/cooperator.c',
    from: '    to_the_end(cooperator, task); /* it left', to: '    /* it left',
  },
  {
    rule: 'S2', what: 'a fired Deferred gives the next turn at once', file: 'src/cooperator.c',
    from: '        to_the_end(cooperator, task);\n', to: '        (void)task;\n',
  },
  {
    rule: 'S2', what: 'a share is one turn longer', file: 'src/cooperator.c',
    from: 'if (--cooperator->share_left == 0) cooperator->head',
    to: 'if (cooperator->share_left-- == 0) cooperator->head',
  },
  {
    rule: 'S2', what: 'the rest of a share is inherited by the next task', file: 'src/cooperator.c',
    from: 'if (task == cooperator->head) cooperator->share_left = 0;', to: '',
  },
  {
    rule: 'S3', what: 'the predicate is not asked where a task finished', file: 'src/cooperator.c',
    from: 'if (ask && !cooperator->destroyed &&', to: 'if (ask && usual &&',
  },
  {
    rule: 'S3', what: 'a slice has a turn more than its number', file: 'src/cooperator.c',
    from: '--cooperator->turns_left == 0)', to: 'cooperator->turns_left-- == 0)',
  },
  {
    rule: 'S4', what: 'the pending slice is not cancelled', file: 'src/cooperator.c',
    from: '  if (cooperator->head == NULL) unwant_slice(cooperator);\n', to: '',
  },
  {
    rule: 'S4', what: 'no slice is asked for after a slice', file: 'src/cooperator.c',
    from: '  cooperator->slicing = false;\n  want_slice(cooperator);', to: '  cooperator->slicing = false;',
  },
  {
    rule: 'S5', what: 'a slice runs inside a slice', file: 'src/cooperator.c',
    from: '  if (cooperator->in_run) return NULL; /* S5: the slice that is being given goes on */\n', to: '',
  },
  {
    rule: 'S6', what: 'a paused task that gets its value runs', file: 'src/task.c',
    from: 'if (task->pauses == 0) coop__enqueue(cooperator, task);',
    to: 'if (task->queue.next == NULL) coop__enqueue(cooperator, task);',
  },
  {
    rule: 'S6', what: 'resume ends a wait', file: 'src/task.c',
    from: 'task->pauses == 0 && task->state_now == COOP_STATE_RUNNABLE)', to: 'task->pauses == 0)',
  },
  {
    rule: 'S7', what: 'one resume for all pauses', file: 'src/task.c',
    from: '  task->pauses--;\n', to: '  task->pauses = 0;\n',
  },
  {
    rule: 'S7', what: 'a stopped task says that it is done', file: 'src/task.c',
    from: 'coop__task_complete(task, COOP_TASK_STOPPED, COOP_STATE_STOPPED,',
    to: 'coop__task_complete(task, COOP_TASK_DONE, COOP_STATE_STOPPED,',
  },
  {
    rule: 'S8', what: 'the Deferreds of a task fire in reverse', file: 'src/task.c',
    from: '  task->last_done = added;\n', to: '  if (task->last_done == NULL) task->last_done = added;\n',
  },
  {
    rule: 'S9', what: 'the Deferreds fire before the task has left', file: 'src/task.c',
    from: '  coop__forget(cooperator, task);\n  task->answer',
    to: '  fire_done(task);\n  coop__forget(cooperator, task);\n  task->answer',
  },
  {
    rule: 'S10', what: 'stop leaves out the paused', file: 'src/cooperator.c',
    from: '  doom_all(cooperator);\n',
    to: '  while (cooperator->head != NULL) {\n    coop__task_complete(cooperator->head, COOP_SCHEDULER_STOPPED, '
        + 'COOP_STATE_STOPPED,\n                        (coop_result){COOP_SCHEDULER_STOPPED, NULL});\n  }\n',
  },
  {
    rule: 'S10', what: 'a task added to a stopped cooperator lives', file: 'src/cooperator.c',
    from: '  if (cooperator->stopped) {\n', to: '  if (cooperator->destroyed) {\n',
  },
  {
    rule: 'S11', what: 'tasks are not queued until start', file: 'src/cooperator.c',
    from: 'return cooperator->started && !cooperator->stopped;', to: 'return !cooperator->stopped;',
  },
  // D: Deferreds
  {
    rule: 'D1', what: 'an errback gets values', file: 'src/deferred.c',
    from: 'is_failure(result) ? link.to.pair.errback : link.to.pair.callback',
    to: 'is_failure(result) || link.to.pair.callback == NULL ? link.to.pair.errback : link.to.pair.callback',
  },
  {
    rule: 'D2', what: 'every late firing is swallowed', file: 'src/deferred.c',
    from: '    deferred->swallows_late = false;\n', to: '',
  },
  {
    rule: 'D3', what: 'the inner Deferred keeps its result', file: 'src/deferred.c',
    from: '    case LINK_WAITER:\n      set_result(deferred, nothing, false);\n', to: '    case LINK_WAITER:\n',
  },
  {
    rule: 'D3', what: 'circles are not found', file: 'src/deferred.c',
    from: '    if (up == waiter) return true;\n', to: '    if (up == waiter) return false;\n',
  },
  {
    rule: 'D4', what: 'a pause in a callback does not hold the chain', file: 'src/deferred.c',
    from: '!top->waiting && top->pauses == 0 && top->first',
    to: '!top->waiting && (top->pauses == 0 || next == NULL) && top->first',
  },
  {
    rule: 'D4', what: 'a cancel is not passed on to what is waited for', file: 'src/deferred.c',
    from: '  while (deferred->waiting && deferred->upstream != NULL) deferred = deferred->upstream;\n', to: '',
  },
  {
    rule: 'D4', what: 'any cancel is taken for a timeout', file: 'src/deferred.c',
    from: 'if (end_timeout(link.to.timeout, &timed_out.value) && result.status',
    to: 'if ((end_timeout(link.to.timeout, &timed_out.value), true) && result.status',
  },
  {
    rule: 'D6', what: 'a chain runs inside itself', file: 'src/deferred.c',
    from: '  if (deferred->running) { /* a run', to: '  if (deferred->running && deferred->first == NULL) { /* a run',
  },
  {
    rule: 'D7', what: 'a failure that was looked at is reported all the same', file: 'src/deferred.c',
    from: ') deferred->handled = true;', to: ') deferred->handled = false;',
  },
  {
    rule: 'D7', what: 'a failure behind a chain that came to nothing is not told', file: 'src/deferred.c',
    from: '      return link.to.target; /* which may rest',
    to: '      coop_deferred_release(link.to.target);\n      return NULL; /* which may rest',
  },
  // J: JavaScript
  {
    rule: 'J1', what: 'the result of a generator is lost', file: 'js/course.js',
    from: '      this.result = step.value;\n      return DONE;\n    }\n    return this.lookAt',
    to: '      return DONE;\n    }\n    return this.lookAt',
  },
  {
    rule: 'J2', what: 'a shared iterator is sent values', file: 'js/course.js',
    from: 'arrived === VALUE && !this.#shared() ?', to: 'arrived === VALUE ?',
  },
  {
    rule: 'J2', what: 'a failed wait fails the task at once', file: 'js/course.js',
    from: "if (this.#shared() || typeof this.iterator.throw !== 'function') throw error;", to: 'throw error;',
  },
  {
    rule: 'J3', what: 'a shared iterator is closed by the first who leaves', file: 'js/course.js',
    from: '    return others === 0;\n  }\n\n  /** Is', to: '    return true;\n  }\n\n  /** Is',
  },
  {
    rule: 'J3', what: 'the error of a clean-up is lost', file: 'js/course.js',
    from: '    } catch (error) {\n      life.late(this.task, error);\n    }\n  }\n}',
    to: '    } catch {\n    }\n  }\n}',
  },
  {
    rule: 'J3', what: 'an error that a stopped task had waited for is lost', file: 'js/task.js',
    from: 'if (lost !== undefined) this.#late(lost.error);', to: 'void lost;',
  },
  {
    rule: 'J4', what: 'what the stopped task was told itself is reported', file: 'js/course.js',
    from: 'return wanted || (failed && life.isNoNews(this.task, result));', to: 'return wanted;',
  },
  {
    rule: 'J5', what: 'an error gets another identity on its way', file: 'js/deferred.js',
    from: '  return { status: statusOf(error), number: numberOf(error) };',
    to: '  return { status: statusOf(error), number: numberOf(error?.message ? Object.create(error) : error) };',
  },
  {
    rule: 'J7', what: 'a scheduler that threw is taken to have a slice pending', file: 'js/cooperator.js',
    from: 'return request === this.#requests ? HOST_FAILED : OK;', to: 'return OK;',
  },
  {
    rule: 'J7', what: 'the error of a predicate is lost', file: 'js/cooperator.js',
    from: '    } catch (error) {\n      this.#report(error);\n      return 1;', to: '    } catch {\n      return 1;',
  },
  {
    rule: 'S8', what: 'a whenDone that its holder fired tells the outcome of the task', file: 'js/deferred.js',
    from: 'simple && deferred.#pointer === 0 && deferred.#status === PENDING', to: 'simple && deferred.#pointer === 0',
  },
];
