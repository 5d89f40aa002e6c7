"""Nanoseconds per turn of Twisted's own Cooperator, measured as in ../benchmarks/libraries.js.

Usage: twisted-cooperator.py <number of tasks>
"""
import json
import sys
from itertools import repeat
from time import process_time

from twisted.internet.task import Cooperator

TASKS = int(sys.argv[1])
LEAST_S = 0.1
FACTOR = 4


class Call:
    def cancel(self):
        pass


def seconds(turns):
    pending = []

    def schedule(slice):
        pending.append(slice)
        return Call()

    cooperator = Cooperator(scheduler=schedule)
    for _ in range(TASKS):
        cooperator.cooperate(repeat(None, turns))
    begin = process_time()
    while pending:
        pending.pop()()
    return process_time() - begin


turns = 4
while True:
    few = seconds(turns)
    many = seconds(FACTOR * turns)
    if many >= LEAST_S and many > 2 * few:
        break
    turns *= FACTOR
print(json.dumps({"turn": (many - few) * 1e9 / (TASKS * turns * (FACTOR - 1))}))
