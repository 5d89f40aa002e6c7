"""Replays scripts of test/traces on Twisted, and prints their logs as test/c/replay_scripts.c does.

Deferred, CooperativeTask, Cooperator and Clock are Twisted's. Each intentional difference from Twisted is implemented
here in one place, which names the rule. With --unmodified none of them applies, so that test/model/differences.js can
check both behaviours.
"""

import sys

from twisted.internet.defer import AlreadyCalledError, CancelledError, Deferred, TimeoutError
from twisted.internet.task import (
    Clock, Cooperator, NotPaused, SchedulerStopped, TaskDone, TaskFailed, TaskStopped,
)
from twisted.python.failure import Failure

UNMODIFIED = "--unmodified" in sys.argv
MAX_ACTIONS = 5000

STATUS_NAMES = {
    AlreadyCalledError: "ALREADY_CALLED", CancelledError: "CANCELLED", TimeoutError: "TIMED_OUT",
    NotPaused: "NOT_PAUSED", SchedulerStopped: "SCHEDULER_STOPPED", TaskDone: "TASK_DONE",
    TaskFailed: "TASK_FAILED", TaskStopped: "TASK_STOPPED",
}


class ScriptError(Exception):
    """An error of the script; its message is the word that the script names."""


class Circular(Exception):
    """D3: Deferreds wait for one another in a circle. Twisted has no error for that."""


def status_name(error):
    if isinstance(error, Circular):
        return "CIRCULAR"
    return STATUS_NAMES.get(type(error)) or str(error)


class FairCooperator(Cooperator):
    """Twisted's cooperator with the queue, the requests for slices and the stop of S2, S4 and S10."""

    def __init__(self, *arguments, **options):
        self.members = []
        self.stopping = []
        self.in_slice = False
        super().__init__(*arguments, **options)

    def _tasksWhileNotStopped(self):
        # S2: first come, first served. Twisted iterates over a list that changes meanwhile, so the next task loses its
        # turn when a task finishes or waits.
        is_over = self._terminationPredicateFactory()
        while self._tasks:
            task = self._tasks[0]
            yield task
            if task in self._tasks:
                self._tasks.remove(task)
                self._tasks.append(task)
            if is_over():
                return

    def leave_queue(self, task):
        if task in self._tasks:
            self._tasks.remove(task)

    def _removeTask(self, task):
        # A task that was stopped in its turn has left the queue already.
        if task in self._tasks:
            super()._removeTask(task)

    def _addTask(self, task):
        # J3: a resume does not bring back a task that was stopped in its turn.
        if task._iterator.stops_with is None:
            self._add_task(task)

    def _tick(self):
        # S4: the next slice is requested after a slice. Twisted requests it during the slice if a task is added.
        self.in_slice = True
        self._delayedCall = None
        for task in self._tasksWhileNotStopped():
            task._oneWorkUnit()
        self.in_slice = False
        self._reschedule()

    def _reschedule(self):
        # S10: a callback that runs during a stop may start the cooperator again.
        stops = any(task._completionState is None for task in self.stopping)
        if not self.in_slice and not stops and not self._stopped:
            super()._reschedule()

    def _add_task(self, task):
        # S10: a task whose wait ends during the stop is still finished in the order of adding.
        if self._stopped and task in self.members:
            self._tasks.append(task)
        else:
            super()._addTask(task)

    def stop(self):
        # S10: all unfinished tasks in the order of adding. Twisted removes tasks from the list that it iterates over,
        # so it skips every second one, and it skips paused tasks.
        self._stopped = True
        if self._delayedCall is not None:
            self._delayedCall.cancel()
            self._delayedCall = None
        self.stopping += self.members
        while self.stopping:
            task = self.stopping.pop(0)
            if task._completionState is None and not task._iterator.stop_in_turn(SchedulerStopped()):
                task._completeWith(SchedulerStopped(), Failure(SchedulerStopped()))
        self._reschedule()


class ScriptDeferred(Deferred):
    """Twisted's Deferred with D4 and D5."""

    def __init__(self, canceller):
        self.in_canceller = self.running_callbacks = False
        super().__init__(canceller)

    def _runCallbacks(self):
        # D5: a callback that is added to a Deferred while it hands its result on runs after those of the receiver.
        # Twisted runs it at once, among them.
        if UNMODIFIED:
            super()._runCallbacks()
        elif not self.running_callbacks:
            self.running_callbacks = True
            super()._runCallbacks()
            self.running_callbacks = False

    def cancel(self):
        # D4: a cancel inside the canceller does nothing before the Deferred has fired. Twisted calls the canceller again,
        # without end.
        if UNMODIFIED or self.called:
            super().cancel()
        elif not self.in_canceller:
            self.in_canceller = True
            super().cancel()
            self.in_canceller = False


class Iterator:
    """The iterator of a task, which runs the turns of the script."""

    def __init__(self, replay, name, text):
        self.replay, self.name = replay, name
        self.turns = [turn.split(" ; ") for part in text.split(" | ") for turn in self.repeat(part)]
        self.number, self.received, self.task, self.value = 0, "", None, None
        self.waits = False
        self.pauses = 0
        self.in_turn, self.stops_with = False, None

    @staticmethod
    def repeat(turn):
        head, star, count = turn.rpartition("*")
        return [head] * int(count) if star else [turn]

    def __iter__(self):
        return self

    def __next__(self):
        self.in_turn = True
        try:
            step = self.turn()
        except ScriptError as error:
            if not self.stopped():
                raise
            self.replay.event("reported %s" % error)  # J6: the task was stopped in this turn
            step = None
        finally:
            self.in_turn = False
        # J6: Twisted would finish a task a second time that was stopped in this turn.
        if self.stopped() and not UNMODIFIED:
            if self.stops_with is not None:
                self.task._completeWith(self.stops_with, Failure(self.stops_with))
            return None
        if step is StopIteration:
            raise StopIteration
        return step

    def stopped(self):
        ended = self.task is not None and self.task._completionState is not None
        return ended or self.stops_with is not None

    def stop_in_turn(self, state):
        """J3: a task that is stopped in its own turn finishes after it. In Twisted it finishes at once. Returns whether
        that is so."""
        if UNMODIFIED or not self.in_turn:
            return False
        if self.stops_with is None:
            self.stops_with = state
            self.task._cooperator.leave_queue(self.task)
        return True

    def turn(self):
        self.number += 1
        self.replay.event("turn %s %d%s" % (self.name, self.number, self.received))
        self.received = ""
        if self.number > len(self.turns):
            if self.turns[-1][-1] != "forever":
                raise ScriptError("asked-beyond-the-end")
            turn = self.turns[-1]
        else:
            turn = self.turns[self.number - 1]
        for action in turn[:-1]:
            self.replay.act(action)
        end = turn[-1].split(" ")
        if end[0] == "done":
            self.value = end[1] if len(end) > 1 else None
            return StopIteration
        if end[0] == "fail":
            raise ScriptError(end[1])
        if end[0] == "wait" and end[1] in self.replay.deferreds:
            return None if self.stopped() else self.wait(self.replay.deferreds[end[1]])
        return None

    def wait(self, deferred):
        """J2: observes the Deferred and receives its value or failure. Twisted takes the result off the chain, drops
        a value, and fails the task with a failure."""
        if UNMODIFIED:
            return deferred
        observed = Deferred()
        self.waits = True

        def observe(result):
            if self.stopped():
                return result
            failed = isinstance(result, Failure)
            text = status_name(result.value) if failed else (result or "nothing")
            self.received = " %s %s" % ("failed" if failed else "got", text)
            self.waits = False
            observed.callback(None)
            if failed:
                self.replay.handled[deferred] = result.value  # D7: handled as long as it is the result
            return result

        deferred.addBoth(observe)
        return observed


class Replay:
    """Runs the commands of one script and keeps its log."""

    def __init__(self):
        self.log, self.actions, self.ending = [], 0, False
        self.iterators, self.deferreds, self.procedures, self.held = {}, {}, {}, {}
        self.cooperator, self.call, self.clock, self.handled = None, None, Clock(), {}

    def event(self, text):
        self.log.append("> " + text)

    # commands

    def command(self, line):
        self.log.append(line)
        head, _, tail = line.partition(" : ")
        words, options = self.cut(head)
        if words[0] == "cooperator":
            self.create_cooperator(options)
        elif words[0] == "task":
            if words[1] not in self.iterators:
                self.iterators[words[1]] = Iterator(self, words[1], tail)
            if "later" not in words:
                self.add(words[1])
        elif words[0] == "procedure":
            self.procedures[words[1]] = tail.split(" ; ")
        elif words[0] == "pump":
            call, self.call = self.call, None
            if call is not None:
                call.slice()
        elif words[0] == "advance":
            self.advance(int(words[1]))
        elif words[0] == "end":
            self.end()
        elif words[0] == "on-done" and tail:
            self.on_done(words[1], tail.split(" ; "))
        else:
            self.act(line)

    @staticmethod
    def cut(text):
        words = text.split(" ")
        options = dict(word.split("=", 1) for word in words if "=" in word)
        return [word for word in words if "=" not in word], options

    def advance(self, ms):
        # Each call happens at its own time. Twisted's clock moves to the end first, and then makes all calls.
        end = self.clock.seconds() + ms
        while self.clock.calls and self.clock.calls[0].getTime() <= end:
            self.clock.advance(max(0, self.clock.calls[0].getTime() - self.clock.seconds()))
        self.clock.advance(end - self.clock.seconds())

    def create_cooperator(self, options):
        count = int(options.get("turns") or options.get("ask") or 0)

        def factory():
            left = [count]

            def over():
                left[0] -= 1
                return left[0] == 0

            return over

        def scheduler(slice):
            self.event("schedule")
            call = self.call = PendingSlice(self, slice)
            return call

        kind = Cooperator if UNMODIFIED else FairCooperator
        self.cooperator = kind(factory, scheduler, options.get("started") != "no")

    def add(self, name):
        it = self.iterators.get(name)
        if it is None or it.task is not None:
            return
        task = self.cooperator.cooperate(it)
        it.task = task
        if not UNMODIFIED:
            self.report_undelivered(it, task)
            if task._completionState is None:
                self.cooperator.members.append(task)
        task.whenDone().addCallbacks(
            lambda result: self.finished(it, self.how_done(it, result)),
            lambda failure: self.finished(it, self.how(failure)),
        )

    def report_undelivered(self, it, task):
        """J2, D7: an error that a stopped task waited for and did not receive is reported. Twisted would have failed
        the task with it."""
        complete = task._completeWith

        def complete_with(state, result):
            if it.received.startswith(" failed "):
                word, it.received = it.received[len(" failed "):], ""
                first = Deferred()
                first.addBoth(lambda _: self.event("reported " + word))
                task._deferreds.insert(0, first)
            complete(state, result)

        task._completeWith = complete_with

    def finished(self, it, how):
        self.event("finished %s %s" % (it.name, how))

    @staticmethod
    def how_done(it, result):
        # J1: Twisted fires whenDone with the iterator.
        value = "its-iterator" if UNMODIFIED and result is it else it.value
        return "done" if value is None else "done " + value

    @staticmethod
    def how(failure):
        word = status_name(failure.value)
        return word if failure.check(TaskStopped, SchedulerStopped) else "failed " + word

    def on_done(self, name, actions):
        it = self.iterators.get(name)
        if it and it.task:
            it.task.whenDone().addBoth(lambda _: self.perform(actions))

    def run(self, procedure):
        self.perform(self.procedures.get(procedure, []))

    def perform(self, actions):
        for action in actions:
            if not self.ending:
                self.act(action)

    def end(self):
        self.ending = True
        self.cooperator.stop()
        for name, deferred in self.deferreds.items():
            for _ in range(self.held.pop(name, 0)):
                deferred.unpause()
        for deferred in self.deferreds.values():
            if not deferred.called:
                deferred.callback("end")
        # D7: Twisted reports an unhandled failure when its Deferred is collected.
        failed = [d for d in self.deferreds.values() if isinstance(d.result, Failure)]
        unhandled = [d.result for d in failed if self.handled.get(d) is not d.result.value]
        for deferred in self.deferreds.values():
            deferred.addErrback(lambda _: None)
        self.log.extend(sorted("> reported " + status_name(failure.value) for failure in unhandled))

    # actions

    def act(self, text):
        self.actions += 1
        if self.actions > MAX_ACTIONS:
            return
        words, options = self.cut(text)
        command, name = words[0], words[1] if len(words) > 1 else ""
        it, deferred = self.iterators.get(name), self.deferreds.get(name)
        task = it.task if it else None
        try:
            if command == "say":
                self.event("said " + name)
            elif command == "do":
                self.run(name)
            elif command == "add":
                self.add(name)
            elif command in ("pause", "resume", "stop"):
                if task:
                    getattr(self, command)(it, task)
            elif command == "on-done":
                if task:
                    task.whenDone().addBoth(lambda _: self.run(words[2]))
            elif command == "when-done":
                if task:
                    self.deferreds[words[2]] = task.whenDone()
            elif command == "state":
                if task:
                    self.event("state %s %s" % (name, self.state(it, task)))
            elif command == "deferred":
                self.new_deferred(name, options.get("canceller"))
            elif command == "callback":
                if deferred:
                    deferred.callback(words[2])
            elif command == "errback":
                if deferred:
                    deferred.errback(ScriptError(words[2]))
            elif command == "cancel":
                if deferred:
                    deferred.cancel()
            elif command == "hold":
                if deferred:
                    self.held[name] = self.held.get(name, 0) + 1
                    deferred.pause()
            elif command == "let-go":
                if deferred:
                    self.let_go(name, deferred)
            elif command == "chain":
                if deferred and words[2] in self.deferreds:
                    self.chain(deferred, self.deferreds[words[2]])
            elif command == "timeout":
                if deferred:
                    deferred.addTimeout(int(words[2]), self.clock)
            elif command == "called":
                if deferred:
                    self.event("called %s %s" % (name, "yes" if deferred.called else "no"))
            elif command == "on":
                if deferred:
                    self.on(deferred, *words[2:])
            elif command == "start-cooperator":
                self.cooperator.start()
            elif command == "stop-cooperator":
                self.cooperator.stop()
            elif command == "running":
                self.event("running " + ("yes" if self.cooperator.running else "no"))
            elif command == "tasks":
                names = {it.task: it.name for it in self.iterators.values() if it.task}
                alive = [task for task in self.cooperator.members if task._completionState is None]
                self.event(" ".join(["tasks"] + [names[task] for task in alive]))
            else:
                raise ValueError(text)
        except (AlreadyCalledError, NotPaused, SchedulerStopped, TaskDone, TaskFailed, TaskStopped, Circular) as error:
            self.event("refused %s %s %s" % (command, name, status_name(error)))

    def pause(self, it, task):
        task.pause()
        it.pauses += 1

    def resume(self, it, task):
        # S6: in Twisted a wait is a pause, so resume lets a waiting task continue without the value.
        if it.pauses == 0 and not UNMODIFIED:
            raise NotPaused()
        task.resume()
        it.pauses = max(0, it.pauses - 1)

    def stop(self, it, task):
        if it.stops_with is not None and task._completionState is None:
            raise it.stops_with
        if task._completionState is not None or not it.stop_in_turn(TaskStopped()):
            task.stop()

    def state(self, it, task):
        ended = task._completionState
        if it.stops_with is not None and ended is None:
            return "stopping"
        if ended is not None:
            return {TaskDone: "done", TaskFailed: "failed"}.get(type(ended), "stopped")
        return "paused" if it.pauses else "waiting" if it.waits else "runnable"

    def new_deferred(self, name, canceller):
        if name not in self.deferreds:
            self.deferreds[name] = ScriptDeferred(None if canceller is None else lambda _: self.run(canceller))

    def let_go(self, name, deferred):
        # D4: unpause without pause raises NotPaused. Twisted counts below 0.
        if not self.held.get(name):
            raise NotPaused()
        self.held[name] -= 1
        deferred.unpause()

    def chain(self, deferred, target):
        if deferred is target:
            raise Circular()
        deferred.chainDeferred(target)

    def on(self, deferred, side, label, result, procedure):
        how, _, argument = result.partition(":")

        def react(value):
            self.handled.pop(deferred, None)
            failed = isinstance(value, Failure)
            self.event("ran %s %s" % (label, "failed " + status_name(value.value) if failed else value or "nothing"))
            self.run(procedure)
            if how == "value":
                return argument
            if how == "fail":
                raise ScriptError(argument)
            if how == "pass":
                return value
            other = self.deferreds.get(argument) if how == "wait" else None
            # D3: Twisted waits for ever in a circle.
            at = None if UNMODIFIED else other
            while isinstance(at, Deferred):
                if at is deferred:
                    raise Circular()
                at = getattr(at, "stands_for", None) or getattr(at, "result", None)
            return self.after_callback(other)

        if side == "both":
            deferred.addBoth(react)
        elif side == "value":
            deferred.addCallback(react)
        else:
            deferred.addErrback(react)


    @staticmethod
    def after_callback(other):
        """D3: waits for the result at the end of the chain, which is not known while the chain runs. Twisted takes the
        result of the moment."""
        if UNMODIFIED or other is None or not other.running_callbacks:
            return other
        end = Deferred()
        end.stands_for, end.cancel = other, other.cancel
        other.addBoth(end.callback)
        return end


class PendingSlice:
    """What the scheduler returns: cancels the slice."""

    def __init__(self, replay, slice):
        self.replay, self.slice = replay, slice

    def cancel(self):
        self.replay.event("cancel")
        self.replay.call = None


def main():
    replay = Replay()
    for line in sys.stdin:
        line = line.rstrip("\n")
        if not line or line.startswith("#") or line.startswith("> "):
            continue
        replay.command(line)
        if line == "end":
            print("\n".join(replay.log) + "\n")
            replay = Replay()


main()
