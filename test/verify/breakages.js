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
    from: '    return false;\n  }\n\n  /** Is', to: '    return true;\n  }\n\n  /** Is',
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
    from: 'if (this.pointer !== 0 || this.#status !== PENDING) return false;',
    to: 'if (this.pointer !== 0) return false;',
  },
  // the time slice
  {
    rule: 'S3', what: 'the clock ends no slice', file: 'src/slice.c',
    from: '  grant(meter);\n  return now_ms >= meter->deadline_ms;', to: '  grant(meter);\n  return false;',
  },
  {
    rule: 'S3', what: 'a clock that is put back makes the slice longer', file: 'src/slice.c',
    from: '    meter->deadline_ms -= meter->read_ms - now_ms;\n', to: '',
  },
  {
    rule: 'S3', what: 'a grant is all that is left of the slice', file: 'src/slice.c',
    from: '(meter->deadline_ms - meter->read_ms) / 2;', to: 'meter->deadline_ms - meter->read_ms;',
  },
  {
    rule: 'S3', what: 'turns that have become long are granted as many as before', file: 'src/slice.c',
    from: 'at_least(meter->grain_ms / 2, elapsed_ms / turns)', to: 'meter->grain_ms / 2',
  },
  {
    rule: 'S3', what: 'long turns are told only if they are the longest', file: 'src/slice.c',
    from: 'if ((longest || duration_ms > cooperator->limit.ms) &&', to: 'if (longest &&',
  },
  {
    rule: 'S3', what: 'nobody looks for whose the long turn was', file: 'src/slice.c',
    from: 'meter->probes = cooperator->queued < PROBES_MAX ? cooperator->queued : PROBES_MAX;', to: 'meter->probes = 0;',
  },
  {
    rule: 'S3', what: 'the last slice is the longest', file: 'src/slice.c',
    from: 'if (slice_ms > stats->longest_slice_ms) stats', to: 'stats',
  },
  {
    rule: 'S3', what: 'a cold turn is believed slowly', file: 'src/slice.c',
    from: 'if (task->turns == 1 || cold) task', to: 'if (task->turns == 1) task',
  },
  // the bridge to JavaScript
  {
    rule: 'memory', what: 'a block that was given back is lost', file: 'src/wasm/memory.c',
    from: '  *list = freed;\n', to: '  (void)list;\n',
  },
  {
    rule: 'memory', what: 'a block is a step too small', file: 'src/wasm/memory.c',
    from: 'size_t step = (size + STEP - 1) / STEP;', to: 'size_t step = size / STEP;',
  },
  {
    rule: 'memory', what: 'larger blocks are of no use where the memory cannot grow', file: 'src/wasm/memory.c',
    from: '    while (++step < SIZES && free_blocks[step] == NULL) continue;\n', to: '    step = SIZES;\n',
  },
  {
    rule: 'memory', what: 'memory grows by a large step or not at all', file: 'src/wasm/memory.c',
    from: ' || __builtin_wasm_memory_grow(0, 1) != SIZE_MAX', to: '',
  },
  {
    rule: 'S11', what: 'JavaScript\'s cooperators are started always', file: 'src/wasm/bridge.c',
    from: '.not_started = !started', to: '.not_started = started < 0',
  },
  {
    rule: 'D7', what: 'the core reports what JavaScript sees to', file: 'src/wasm/bridge.c',
    from: '  coop_task_handle_failure(task); /* JavaScript', to: '  /* JavaScript',
  },
  {
    rule: 'memory', what: 'observers that are not called are not let go', file: 'src/wasm/bridge.c',
    from: 'static void drop(void *context) { host_release(to_handle(context)); }',
    to: 'static void drop(void *context) { (void)context; }',
  },
  {
    rule: 'memory', what: 'a native task keeps its block', file: 'src/wasm/bridge.c',
    from: '  memory_free(state, sizeof(native));\n', to: '',
  },
  {
    rule: 'J4', what: 'a native step that is over is asked again', file: 'src/wasm/bridge.c',
    from: 'return said == COOP_MORE ? said : host_native(self->task, said);',
    to: '(void)host_native;\n  return said == COOP_DONE ? COOP_MORE : said;',
  },
  {
    rule: 'D2', what: 'at rest, a Deferred forgets that it swallows one late firing', file: 'src/wasm/package.c',
    from: 'settlement->handled, settlement->swallows_late);', to: 'settlement->handled, 0);',
  },
  {
    rule: 'D1', what: 'a pair without an errback is called with errors', file: 'src/wasm/package.c',
    from: 'has_errback ? callback : NULL', to: 'has_callback || has_errback ? callback : NULL',
  },
  {
    rule: 'D4', what: 'a timer that cannot be set is waited for', file: 'src/wasm/package.c',
    from: '== 0 ? COOP_OK : COOP_HOST_FAILED;', to: '== 0 ? COOP_OK : COOP_OK;',
  },
  {
    rule: 'program', what: 'a task of C\'s is taken for one of JavaScript\'s', file: 'src/wasm/bridge.c',
    from: '((native *)state)->task : 0;', to: '((native *)state)->task : to_handle(state);',
  },
  {
    rule: 'program', what: 'values are not let go', file: 'src/wasm/program.c',
    from: '  if (is_foreign(value)) host_release_value(number_of(value));', to: '  (void)value;',
  },
  {
    rule: 'program', what: 'a value that is kept is none', file: 'src/wasm/program.c',
    from: 'to_pointer(number << 1 | 1)', to: 'to_pointer(number << 1)',
  },
  {
    rule: 'program', what: 'the error of a step that was left is lost', file: 'src/wasm/program.c',
    from: '(coop_failure){COOP_FAILURE, value}', to: '(coop_failure){COOP_FAILURE, value == own ? value : NULL}',
  },
  {
    rule: 'program', what: 'a cooperator of C\'s waits for slices that nobody can give', file: 'src/wasm/program.c',
    from: '      .now_ms = now_ms,\n      .unhandled', to: '      .now_ms = now_ms,\n      .schedule = schedule,\n      .unhandled',
  },
  {
    rule: 'program', what: 'a cooperator that is disposed of takes the program\'s along', file: 'src/wasm/program.c',
    from: '  if (cooperator != own) {', to: '  if (cooperator != NULL) {',
  },
  {
    rule: 'program', what: 'a program lets go of what is no value of its own', file: 'js/exchange.js',
    from: 'if (look(number) instanceof Value && released', to: 'if (released',
  },
  {
    rule: 'program', what: 'an address beyond the memory is asked', file: 'js/exchange.js',
    from: ' || address >= bytesOf(core).length', to: '',
  },
  // cooperator/work
  {
    rule: 'work', what: 'a turn asks the clock at its end alone', file: 'js/work/pace.js',
    from: 'return left > 0 && now() - this.#began < TURN_MS ?', to: 'return left > 0 ?',
  },
  {
    rule: 'work', what: 'turns do not become shorter', file: 'js/work/pace.js',
    from: 'if (ms > 2 * TURN_MS) this', to: 'if (ms > 1e9) this',
  },
  {
    rule: 'work', what: 'turns do not become longer', file: 'js/work/pace.js',
    from: 'Math.min(2 * this.#items, MOST)', to: 'this.#items',
  },
  {
    rule: 'work', what: 'map leaves out what was waited for', file: 'js/work/items.js',
    from: 'accept(made) {\n        results.push(made);\n', to: 'accept() {\n',
  },
  {
    rule: 'work', what: 'reduce takes its first item twice', file: 'js/work/items.js',
    from: 'total = items[place.at++];', to: 'total = items[place.at];',
  },
  {
    rule: 'work', what: 'nobody is told how far a list is', file: 'js/work/over.js',
    from: '    progress?.(place.at, items.length);\n', to: '',
  },
  {
    rule: 'work', what: 'an iterator is not closed where its item failed', file: 'js/work/over.js',
    from: '    yield* steps.closeQuietly();\n    throw error;\n  } finally {\n    steps.close(); // it was stopped\n',
    to: '    throw error;\n  } finally {\n',
  },
  {
    rule: 'work', what: 'nobody knows which item failed', file: 'js/work/over.js',
    from: '    noteFailure(error, place.at + place.offset);\n', to: '',
  },
  {
    rule: 'work', what: 'parallel starts one too many', file: 'js/work/parallel.js',
    from: 'while (jobs.running.size >= limit)', to: 'while (jobs.running.size > limit)',
  },
  {
    rule: 'work', what: 'parallel does not wait for the last ones', file: 'js/work/parallel.js',
    from: '      while (jobs.running.size > 0) yield* nextChange(jobs);\n', to: '',
  },
  {
    rule: 'work', what: 'the others go on when one has failed', file: 'js/work/parallel.js',
    from: '      jobs.stop(() => error);\n      yield*', to: '      yield*',
  },
  {
    rule: 'work', what: 'one job that cannot be stopped saves the others', file: 'js/work/parallel.js',
    from: "        void Promise.reject(error); // told", to: '        throw error; // told',
  },
  {
    rule: 'work', what: 'sort is not stable', file: 'js/work/sort.js',
    from: '!(order(from[left], from[right]) > 0))', to: 'order(from[left], from[right]) < 0)',
  },
  {
    rule: 'work', what: 'sort puts undefined where compare has it', file: 'js/work/sort.js',
    from: '    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);\n', to: '',
  },
  {
    rule: 'work', what: 'what is iterated in another way is taken for a list', file: 'js/work/source.js',
    from: '(values === arrayValues && Array.isArray(iterable))', to: 'Array.isArray(iterable)',
  },
  {
    rule: 'work', what: 'an iterator that threw is closed', file: 'js/work/source.js',
    from: '    } catch (error) {\n      this.#ended = true;\n      throw error;', to: '    } catch (error) {\n      throw error;',
  },
  {
    rule: 'work', what: 'a range leaves out its last part of a step', file: 'js/work/range.js',
    from: 'Math.ceil((end - start) / step)', to: 'Math.floor((end - start) / step)',
  },
  // schedulers
  {
    rule: 'schedulers', what: 'a slice by a timer cannot be cancelled', file: 'js/schedulers.js',
    from: 'return { cancel: () => clearTimeout(timer) };', to: 'return { cancel: () => void timer };',
  },
  {
    rule: 'schedulers', what: 'a slice by setImmediate cannot be cancelled', file: 'js/schedulers.js',
    from: 'return { cancel: () => clearImmediate(call) };', to: 'return { cancel: () => void call };',
  },
  {
    rule: 'schedulers', what: 'a slice waits for the frame of a page that was hidden', file: 'js/schedulers.js',
    from: "    document?.addEventListener('visibilitychange', ask);\n", to: '',
  },
  {
    rule: 'schedulers', what: 'a slice that throws keeps the port open', file: 'js/hop.js',
    from: '    } finally {\n      release();\n    }',
    to: '    } finally {\n      void release;\n    }\n    release();',
  },
  {
    rule: 'schedulers', what: 'the longer way is taken', file: 'js/hop.js',
    from: '        chosen ??= way;\n', to: '        chosen ??= second;\n',
  },
  {
    rule: 'schedulers', what: 'a slice that was asked for both ways comes twice', file: 'js/hop.js',
    from: '        cancel();\n        slice();', to: '        slice();',
  },
  {
    rule: 'schedulers', what: 'a busy page is never idle', file: 'js/schedulers.js',
    from: '{ timeout: IDLE_TIMEOUT_MS }', to: '{}',
  },
  {
    rule: 'schedulers', what: 'postTask has the host\'s own priority', file: 'js/schedulers.js',
    from: 'hostPostTask(slice, { priority, signal })', to: 'hostPostTask(slice, { signal })',
  },
  {
    rule: 'schedulers', what: 'each asks for an automatic scheduler of its own', file: 'js/schedulers.js',
    from: 'automatic ??= choose();', to: 'automatic = choose();',
  },
  {
    rule: 'schedulers', what: 'slices of a page know nothing of its frames', file: 'js/schedulers.js',
    from: 'return Object.assign(schedule, { [SUITED]: timed(sliceMs, isInputPending) });', to: 'return schedule;',
  },
  {
    rule: 'page', what: 'frames are not watched while slices follow one another', file: 'js/page.js',
    from: '    if (hopping !== 0) watch();\n', to: '',
  },
  {
    rule: 'page', what: 'a page that is never drawn is waited for each time', file: 'js/page.js',
    from: '        waits++;\n', to: '',
  },
  {
    rule: 'page', what: 'a slice waits for a frame of a page that was hidden', file: 'js/page.js',
    from: '            unwatch();\n            go();', to: '            unwatch();',
  },
  {
    rule: 'page', what: 'slices out of sight are short', file: 'js/page.js',
    from: '      if (!drawn()) return HIDDEN_SLICE_MS;\n', to: '',
  },
  {
    rule: 'page', what: 'an idle page is kept drawing', file: 'js/page.js',
    from: '          if (waiting.size === 0 && hopping === 0) unwatch();\n', to: '',
  },
  {
    rule: 'page', what: 'a slice goes on into the frame', file: 'js/page.js',
    from: 'Math.min(SLICE_MS, due() - now())', to: 'SLICE_MS',
  },
  {
    rule: 'frames', what: 'a missed frame changes nothing', file: 'js/frames.js',
    from: 'this.#late /= 2;', to: 'this.#late += 0;',
  },
  {
    rule: 'frames', what: 'work goes on as late as it likes', file: 'js/frames.js',
    from: 'this.#interval * MOST_LATE', to: 'this.#interval',
  },
  {
    rule: 'frames', what: 'a frame from before a pause is counted on', file: 'js/frames.js',
    from: '    if (now - this.#last <= LONGEST_INTERVAL_MS) return;\n', to: '    if (this.#last > 0) return;\n',
  },
  {
    rule: 'frames', what: 'a display that has become faster is not noticed', file: 'js/frames.js',
    from: 'this.#looks() ? this.#interval / 4 : 0', to: 'this.#looks() ? 0 : 0',
  },
  {
    rule: 'frames', what: 'missed frames make the display slower', file: 'js/frames.js',
    from: ' * 1.5;\n', to: ' * Infinity;\n',
  },
  {
    rule: 'frames', what: 'one signal that is early makes the display faster', file: 'js/frames.js',
    from: '[this.#intervals.length >> 2]', to: '[0]',
  },
  {
    rule: 'frames', what: 'what was looked for is not believed until it has come again and again', file: 'js/frames.js',
    from: 'this.#intervals = this.#intervals.slice(-1);', to: ';',
  },
];
