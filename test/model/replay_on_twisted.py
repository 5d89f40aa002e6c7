"""Replays scripts of test/traces on Twisted itself, and prints their logs as test/c/replay_scripts.c does.

Deferred, CooperativeTask, Cooperator and Clock are Twisted's own. Where semantics are different on purpose, what is
different is done here, each in one place that names the rule. With --as-it-is nothing of that is done, so that both
ways can be seen (test/model/differences.js).
"""

import sys

from twisted.internet.defer import AlreadyCalledError, CancelledError, Deferred, TimeoutError
from twisted.internet.task import (
    Clock, Cooperator, NotPaused, SchedulerStopped, TaskDone, TaskFailed, TaskStopped,
)
from twisted.python.failure import Failure

AS_IT_IS = "--as-it-is" in sys.argv
MOST_ACTIONS = 5000

WORDS = {
    AlreadyCalledError: "ALREADY_CALLED", CancelledError: "CANCELLED", TimeoutError: "TIMED_OUT",
    NotPaused: "NOT_PAUSED", SchedulerStopped: "SCHEDULER_STOPPED", TaskDone: "TASK_DONE",
    TaskFailed: "TASK_FAILED", TaskStopped: "TASK_STOPPED",
}


class ScriptError(Exception):
    """An error that a script made by its word."""


class Circular(Exception):
    """D3: Twisted has no error for it."""


def word_of(error):
    if isinstance(error, Circular):
        return "CIRCULAR"
    return WORDS.get(type(error)) or str(error)


class Same(Cooperator):
    """Twisted's cooperator, with its queue and its stop as S2, S4 and S10 have them."""

    def __init__(self, *arguments, **options):
        self.members = []
        self.held = 0
        super().__init__(*arguments, **options)

    def _tasksWhileNotStopped(self):
        # S2: first come, first served. Twisted walks through a list that changes under its feet, so that the
        # next one loses its turn where a task finishes or waits.
        over = self._terminationPredicateFactory()
        while self._tasks:
            task = self._tasks[0]
            yield task
            if task in self._tasks:
                self._tasks.remove(task)
                self._tasks.append(task)
            if over():
                return

    def _tick(self):
        # S4: the next slice is asked for after a slice. Twisted asks for it in the middle where a task is added.
        self.held += 1
        self._delayedCall = None
        for task in self._tasksWhileNotStopped():
            task._oneWorkUnit()
        self.held -= 1
        self._reschedule()

    def _reschedule(self):
        if not self.held and not self._stopped:
            super()._reschedule()

    def _addTask(self, task):
        # S10: one that gets its value while all are being told is told in its turn
        if self._stopped and task in self.members:
            self._tasks.append(task)
        else:
            super()._addTask(task)

    def stop(self):
        # S10: all that have not finished, in the order of adding. Twisted removes from the list that it walks
        # through, and so leaves out every second one, and those that are paused.
        self._stopped = True
        self.held += 1
        if self._delayedCall is not None:
            self._delayedCall.cancel()
            self._delayedCall = None
        for task in list(self.members):
            if task._completionState is None:
                task._completeWith(SchedulerStopped(), Failure(SchedulerStopped()))
        self.held -= 1
        self._reschedule()


class Own(Deferred):
    def __init__(self, canceller):
        self.cancelling = self.handing = False
        super().__init__(canceller)

    def _runCallbacks(self):
        # D5: what is added to one that is handing its result on runs after those that it has handed it to. Twisted
        # runs it at once, inside of them.
        if AS_IT_IS:
            super()._runCallbacks()
        elif not self.handing:
            self.handing = True
            super()._runCallbacks()
            self.handing = False

    def cancel(self):
        # D4: a cancel from inside of its canceller does nothing. Twisted calls the canceller again, for ever.
        if AS_IT_IS:
            super().cancel()
        elif not self.cancelling:
            self.cancelling = True
            super().cancel()
            self.cancelling = False


class Iterator:
    """One task's iterator: the turns of the script."""

    def __init__(self, replay, name, text):
        self.replay, self.name = replay, name
        self.turns = [turn.split(" ; ") for part in text.split(" | ") for turn in self.repeat(part)]
        self.number, self.received, self.task, self.value = 0, "", None, None
        self.waits = False
        self.pauses = 0

    @staticmethod
    def repeat(turn):
        head, star, count = turn.rpartition("*")
        return [head] * int(count) if star else [turn]

    def __iter__(self):
        return self

    def __next__(self):
        try:
            step = self.turn()
        except ScriptError as error:
            if not self.stopped():
                raise
            self.replay.event("reported %s" % error)  # J6: stopped in this turn
            return None
        # J6: Twisted would finish a second time what was stopped in this very turn
        if self.stopped() and not AS_IT_IS:
            return None
        if step is StopIteration:
            raise StopIteration
        return step

    def stopped(self):
        return self.task is not None and self.task._completionState is not None

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
        """J2: looks on, gets the value, and is told of a failure. Twisted takes the result off the chain, drops it, and
        fails the task."""
        if AS_IT_IS:
            return deferred
        seen = Deferred()
        self.waits = True

        def look(result):
            if self.stopped():
                return result
            failed = isinstance(result, Failure)
            text = word_of(result.value) if failed else (result or "nothing")
            self.received = " %s %s" % ("failed" if failed else "got", text)
            self.waits = False
            seen.callback(None)
            if failed:
                self.replay.told[deferred] = result.value  # D7: so nobody else need be, as long as it stays
            return result

        deferred.addBoth(look)
        return seen


class Replay:
    def __init__(self):
        self.log, self.actions, self.ending = [], 0, False
        self.iterators, self.deferreds, self.procedures, self.held = {}, {}, {}, {}
        self.cooperator, self.call, self.clock, self.told = None, None, Clock(), {}

    def event(self, text):
        self.log.append("> " + text)

    # commands

    def command(self, line):
        self.log.append(line)
        head, _, tail = line.partition(" : ")
        words, options = self.cut(head)
        if words[0] == "cooperator":
            self.make(options)
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
        # each call at its time; Twisted's clock goes to the end first, and calls then
        end = self.clock.seconds() + ms
        while self.clock.calls and self.clock.calls[0].getTime() <= end:
            self.clock.advance(max(0, self.clock.calls[0].getTime() - self.clock.seconds()))
        self.clock.advance(end - self.clock.seconds())

    def make(self, options):
        count = int(options.get("turns") or options.get("ask") or 0)

        def factory():
            left = [count]

            def over():
                left[0] -= 1
                return left[0] == 0

            return over

        def scheduler(slice):
            self.event("schedule")
            call = self.call = Call(self, slice)
            return call

        kind = Cooperator if AS_IT_IS else Same
        self.cooperator = kind(factory, scheduler, options.get("started") != "no")

    def add(self, name):
        it = self.iterators.get(name)
        if it is None or it.task is not None:
            return
        task = self.cooperator.cooperate(it)
        it.task = task
        if not AS_IT_IS:
            self.tell_undelivered(it, task)
            if task._completionState is None:
                self.cooperator.members.append(task)
        task.whenDone().addCallbacks(
            lambda result: self.finished(it, self.how_done(it, result)),
            lambda failure: self.finished(it, self.how(failure)),
        )

    def tell_undelivered(self, it, task):
        """J2, D7: a stopped task does not get the error that it has waited for. Twisted would have failed it."""
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
        # J1: Twisted fires with the iterator
        value = "its-iterator" if AS_IT_IS and result is it else it.value
        return "done" if value is None else "done " + value

    @staticmethod
    def how(failure):
        word = word_of(failure.value)
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
        # D7: Twisted reports such a failure when its Deferred is collected
        failed = [d for d in self.deferreds.values() if isinstance(d.result, Failure)]
        lost = [d.result for d in failed if self.told.get(d) is not d.result.value]
        for deferred in self.deferreds.values():
            deferred.addErrback(lambda _: None)
        self.log.extend(sorted("> reported " + word_of(failure.value) for failure in lost))

    # actions

    def act(self, text):
        self.actions += 1
        if self.actions > MOST_ACTIONS:
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
            self.event("refused %s %s %s" % (command, name, word_of(error)))

    def pause(self, it, task):
        task.pause()
        it.pauses += 1

    def resume(self, it, task):
        # S6: Twisted's wait is a pause, and so it lets a task that waits run on without the value
        if it.pauses == 0 and not AS_IT_IS:
            raise NotPaused()
        task.resume()
        it.pauses = max(0, it.pauses - 1)

    def stop(self, it, task):
        task.stop()

    def state(self, it, task):
        ended = task._completionState
        if ended is not None:
            return {TaskDone: "done", TaskFailed: "failed"}.get(type(ended), "stopped")
        return "paused" if it.pauses else "waiting" if it.waits else "runnable"

    def new_deferred(self, name, canceller):
        if name not in self.deferreds:
            self.deferreds[name] = Own(None if canceller is None else lambda _: self.run(canceller))

    def let_go(self, name, deferred):
        # D4: there is a NotPaused for Deferreds too; Twisted counts below 0
        if not self.held.get(name):
            raise NotPaused()
        self.held[name] -= 1
        deferred.unpause()

    def chain(self, deferred, target):
        if deferred is target:
            raise Circular()
        deferred.chainDeferred(target)

    def on(self, deferred, side, label, result, procedure):
        how, _, said = result.partition(":")

        def react(value):
            self.told.pop(deferred, None)
            failed = isinstance(value, Failure)
            self.event("ran %s %s" % (label, "failed " + word_of(value.value) if failed else value or "nothing"))
            self.run(procedure)
            if how == "value":
                return said
            if how == "fail":
                raise ScriptError(said)
            if how == "pass":
                return value
            other = self.deferreds.get(said) if how == "wait" else None
            # D3: Twisted waits for ever
            at = None if AS_IT_IS else other
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
        """D3: its result, which is not there while its chain still runs: it is in a callback, or is handing its result
        on in the middle of the chain. Twisted takes what there is."""
        if AS_IT_IS or other is None or not other.handing:
            return other
        seen = Deferred()
        seen.stands_for, seen.cancel = other, other.cancel
        other.addBoth(seen.callback)
        return seen


class Call:
    """The pending slice."""

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
