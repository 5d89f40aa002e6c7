"""Replays the scripts of test/model/sync.js on Twisted's DeferredSemaphore, DeferredLock and DeferredQueue, and prints
their logs.
"""

import re
import sys

from twisted.internet.defer import (
    CancelledError, Deferred, DeferredLock, DeferredQueue, DeferredSemaphore, QueueOverflow,
)


class ScriptError(Exception):
    """An error of the script; its message is the word that the script names."""


class Replay:
    """Runs the commands of one script and keeps its log."""

    def __init__(self, first):
        limit, size = re.match(r"sync limit=(\d+)(?: size=(\d+))?$", first).groups()
        self.primitives = {"S": DeferredSemaphore(int(limit)), "L": DeferredLock()}
        self.queue = DeferredQueue(None if size is None else int(size))
        self.log, self.procedures, self.results, self.held, self.jobs = [], {}, {}, {}, {}

    def event(self, text):
        self.log.append("> " + text)

    def command(self, line):
        self.log.append(line)
        match = re.match(r"procedure (\S+) : (.*)$", line)
        if match:
            self.procedures[match[1]] = match[2].split(" ; ")
        else:
            self.act(line)

    def perform(self, name):
        for action in self.procedures.get(name, []):
            self.act(action)

    def observe(self, name, deferred, procedure, on_value):
        self.results[name] = deferred

        def succeeded(value):
            self.event("%s %s" % (name, on_value(value)))
            self.perform(procedure)

        def failed(failure):
            cancelled = failure.check(CancelledError)
            self.event("%s failed %s" % (name, "CANCELLED" if cancelled else failure.getErrorMessage()))

        deferred.addCallbacks(succeeded, failed)

    def act(self, text):
        command, name, *more = text.split(" ") + [""]
        job = self.jobs.get(name)
        if command == "acquire":
            if more[0] not in self.results:
                self.observe(more[0], self.primitives[name].acquire(), more[1], self.hold(more[0]))
        elif command == "release":
            primitive = self.held.pop(name, None)
            if primitive:
                self.event("releases " + name)
                primitive.release()
        elif command == "run":
            label, procedure, how = more[:3]
            if label not in self.results and label not in self.jobs:
                self.jobs[label] = Deferred()
                deferred = self.primitives[name].run(self.job, label, procedure, how)
                self.observe(label, deferred, "none", lambda _: "value")
        elif command in ("fire", "fail", "drop"):
            if job is not None and not job.called:
                if command == "fire":
                    job.callback(None)
                elif command == "fail":
                    job.errback(ScriptError("failed-" + name))
                else:
                    job.cancel()
        elif command == "put":
            try:
                self.queue.put(name)
            except QueueOverflow:
                self.event("full " + name)
        elif command == "get":
            if name not in self.results:
                self.observe(name, self.queue.get(), more[0], lambda item: item)
        elif command == "cancel":
            if name in self.results:
                self.results[name].cancel()
        elif command == "state":
            semaphore, lock, queue = self.primitives["S"], self.primitives["L"], self.queue
            self.event("S %d %d, L %d %d, Q %d %d" % (
                semaphore.limit - semaphore.tokens, len(semaphore.waiting),
                lock.locked, len(lock.waiting), len(queue.pending), len(queue.waiting),
            ))

    def hold(self, name):
        def on_value(primitive):
            self.held[name] = primitive
            return "value"

        return on_value

    def job(self, label, procedure, how):
        self.event("runs " + label)
        self.perform(procedure)
        if how == "fail":
            raise ScriptError("failed-" + label)
        return self.jobs[label] if how == "wait" else None

    def end(self):
        for job in self.jobs.values():
            job.addErrback(lambda _: None)


def main():
    replay = None
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("sync "):
            replay = Replay(line)
        replay.command(line)
        if line == "end":
            replay.end()
            print("\n".join(replay.log) + "\n")


main()
