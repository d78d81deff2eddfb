#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many times does a request lose the lock? An exercise of lesson 2.

usage: losses.py TRACE

TRACE is what `heddle trace --workload convoy -o TRACE` wrote, of a model with
one lock and one echo task. Prints the shares of requests that lost the lock 0,
1 and 2 times, and checks in the trace what must hold on any machine.

Exit status: 0 well, 1 a property is broken, 2 no such trace.
"""
import collections
import json
import sys


def lanes(path):
    """The states of each worker in the order of time: (name, begin, end), in
    us."""
    with open(path, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    found = collections.defaultdict(list)
    for event in events:
        if event["ph"] == "X" and event["cat"] == "state":
            found[event["tid"]].append(
                (event["name"], event["ts"], event["ts"] + event["dur"]))
    return {tid: sorted(states, key=lambda state: state[1])
            for tid, states in found.items()}


def losses(states):
    """Of each request. An echo task accepts, then reads and writes in turn; each
    is one stay in the system, and it lost the lock if it waits afterwards."""
    lost = [i + 1 < len(states) and states[i + 1][0] == "waiting"
            for i, state in enumerate(states) if state[0] == "system"]
    reads, writes = lost[1::2], lost[2::2]
    return [read + write for read, write in zip(reads, writes)]


def held_by_two(workers):
    """Moments (us) at which a worker holds the lock that another still has."""
    held = sorted((begin, end, tid) for tid, states in workers.items()
                  for name, begin, end in states if name == "holding")
    # The times are whole nanoseconds, written as microseconds.
    return [after[0] for before, after in zip(held, held[1:])
            if after[2] != before[2] and after[0] < before[1] - 1e-4]


def took_back(workers):
    """Moments at which a worker that was asked to let go, and slept, holds the
    lock again before any other had it."""
    held = [(begin, tid) for tid, states in workers.items()
            for name, begin, _ in states if name == "holding"]
    found = []
    for tid, states in workers.items():
        for i, (name, slept, _) in enumerate(states):
            if name != "asleep":
                continue
            again = next((s[1] for s in states[i:] if s[0] == "holding"), None)
            if again is not None and not any(
                    other != tid and states[i - 1][1] <= at <= again
                    for at, other in held):
                found.append(slept)
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        workers = lanes(sys.argv[1])
        # Who echoes enters the system all the time.
        echo = max(workers.values(),
                   key=lambda states: sum(s[0] == "system" for s in states))
    except (OSError, ValueError, KeyError) as trouble:
        print(f"{sys.argv[1]}: no trace of a convoy: {trouble!r}",
              file=sys.stderr)
        sys.exit(2)
    counts = collections.Counter(losses(echo))
    total = sum(counts.values())
    print(f"Of {total} requests, so many lost the lock")
    for times in range(3):
        share = 100 * counts[times] / total if total else 0
        print(f"  {times} times: {share:5.1f} %")
    broken = {"two workers held the lock at once": held_by_two(workers),
              "who was asked to let go took the lock back before anybody else "
              "had it": took_back(workers)}
    for what, moments in broken.items():
        if moments:
            print(f"Broken at {moments[0]:.3f} us: {what}.")
    if not any(broken.values()):
        print("One worker held the lock at a time, and who was asked to let go "
              "held it again only after another did.")
    sys.exit(1 if any(broken.values()) else 0)


main()
